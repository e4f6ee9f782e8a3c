fetch('/news/archive.json').then(function(r){return r.json()}).then(function(rows){
  var html='<main id="main" class="in"><p><a href="/">Home</a></p><h1>News archive</h1><ul class="items">';
  rows.forEach(function(row){html+='<li><time datetime="'+row.date+'">'+row.date+'</time><a href="'+row.url+'">'+row.title+'</a></li>'});
  document.getElementById('root').innerHTML=html+'</ul></main>';
});
