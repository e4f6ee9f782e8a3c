/* Lists that are paged by script: the store in the page names the address that the rows come from. */
document.querySelectorAll('script[data-store]').forEach(function(store){
  var group = /<a href="([^"]+)"/.exec(store.textContent);
  if (!group) return;
  fetch(group[1]).then(function(answer){ return answer.text(); }).then(function(text){
    var rows = new DOMParser().parseFromString(text, 'text/xml').getElementsByTagName('record');
    var list = document.getElementById(store.getAttribute('data-store'));
    list.innerHTML = Array.prototype.map.call(rows, function(row){ return row.textContent; }).join('');
  });
});
