/* 无障碍工具条: opens on demand, changes only how the page looks, and can be closed again. */
(function(){
  var size = 100, bar = null;
  function button(text, action){
    var made = document.createElement('button');
    made.type = 'button'; made.textContent = text;
    made.addEventListener('click', action); return made;
  }
  function resize(step){ size = Math.max(80, Math.min(200, size + step)); document.documentElement.style.fontSize = size + '%'; }
  function toggle(name){ return function(){ document.body.classList.toggle(name); }; }
  function speak(){
    if (!window.speechSynthesis) return;
    window.speechSynthesis.cancel();
    var said = new SpeechSynthesisUtterance(document.querySelector('main').innerText.slice(0, 300));
    said.lang = 'zh-CN'; window.speechSynthesis.speak(said);
  }
  function stop(){
    if (bar) { bar.remove(); bar = null; }
    size = 100; document.documentElement.style.fontSize = '';
    document.body.classList.remove('wza-contrast', 'wza-cursor', 'wza-guide');
    var entry = document.getElementById('cniil_wza');
    if (entry) { entry.setAttribute('aria-expanded', 'false'); entry.focus(); }
  }
  function start(){
    if (bar) return;
    bar = document.createElement('div');
    bar.id = 'wza-bar'; bar.setAttribute('role', 'region'); bar.setAttribute('aria-label', '无障碍工具条');
    bar.append(
      button('放大文字', function(){ resize(20); }), button('缩小文字', function(){ resize(-20); }),
      button('高对比度', toggle('wza-contrast')), button('大鼠标', toggle('wza-cursor')),
      button('辅助线', toggle('wza-guide')), button('朗读', speak), button('退出无障碍', stop));
    document.body.prepend(bar);
    var entry = document.getElementById('cniil_wza');
    if (entry) entry.setAttribute('aria-expanded', 'true');
    bar.querySelector('button').focus();
  }
  window.aria = {start: start, stop: stop, larger: function(){ resize(20); }, contrast: toggle('wza-contrast'), cursor: toggle('wza-cursor'), speak: speak};
  document.addEventListener('DOMContentLoaded', function(){
    var entry = document.getElementById('cniil_wza');
    if (entry) entry.addEventListener('click', function(event){ event.preventDefault(); start(); });
  });
})();
