document.getElementById('_ideConac').innerHTML='<a href="https://bszs.conac.cn/sitename?method=show&id=00000000CHENGPU1"><img src="/images/red.png" width="36" height="44" border="0"></a>';
