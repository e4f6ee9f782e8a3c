/* 区县动态: this old column builds its whole page in the visitor's browser. */
fetch('/data/districts.json').then(function(answer){ return answer.json(); }).then(function(data){
  var app = document.getElementById('app');
  var html = '<main id="main" class="wrap"><p class="crumbs"><a href="/index.html">首页</a> &gt; 区县动态</p><h1>区县动态</h1><ul class="list">';
  data.rows.forEach(function(row){
    html += '<li><a href="' + row.url + '">' + row.title + '</a><time>' + row.date + '</time></li>';
  });
  app.innerHTML = html + '</ul></main>';
});
