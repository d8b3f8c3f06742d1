"""The style of the page: two themes, phone and paper."""

STYLE = """
:root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--soft:#57606a;--line:#d0d7de;--card:#f6f8fa;
--accent:#0550ae;--c0:#cfe3ff;--c1:#e7e9ec;--c2:#d3efd8;--c4:#ffefb8;--c6:#f3d9f7;--mark:#ffd9a8}
@media (prefers-color-scheme:dark){:root{--bg:#0f1318;--fg:#e6e9ed;--soft:#a3adb8;--line:#39424d;
--card:#181e25;--accent:#8ec2ff;--c0:#143a66;--c1:#2b323a;--c2:#17472a;--c4:#574600;--c6:#4b2553;
--mark:#6b3d00}}
*{box-sizing:border-box}
html{scroll-padding-top:4rem}
body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif}
header,main,footer{max-width:72rem;margin:0 auto;padding:0 1rem}
h1{font-size:1.7rem;margin:1.2rem 0 .2rem;overflow-wrap:anywhere}
h2{font-size:1.3rem;margin:2.5rem 0 .6rem;padding-top:.6rem;border-top:2px solid var(--line)}
h3{font-size:1.05rem;margin:1.4rem 0 .4rem}
p{margin:.4rem 0;max-width:46rem}
a{color:var(--accent)}
.soft,figcaption,caption{color:var(--soft)}
.skip{position:absolute;left:-99rem}.skip:focus{left:.5rem;top:.5rem;background:var(--bg)}
nav{position:sticky;top:0;z-index:1;background:var(--bg);border-bottom:1px solid var(--line)}
nav ul{display:flex;gap:.2rem 1rem;overflow-x:auto;list-style:none;margin:0 auto;padding:.6rem 1rem;
max-width:72rem}
nav a{white-space:nowrap}
dl.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(10.5rem,1fr));gap:.6rem;margin:0}
dl.facts div{background:var(--card);border:1px solid var(--line);border-radius:.4rem;
padding:.5rem .7rem;min-width:0}
dl.facts dt{color:var(--soft);font-size:.85rem}
dl.facts dd{margin:0;font-size:1.15rem;font-weight:600;overflow-wrap:anywhere}
.scroll{overflow-x:auto;margin:.6rem 0}
table{border-collapse:collapse;font-size:.9rem}
caption{text-align:left;padding:.2rem 0;white-space:nowrap}
td:not(.n){min-width:7rem;max-width:28rem}
th,td{padding:.25rem .7rem .25rem 0;text-align:left;border-bottom:1px solid var(--line);
vertical-align:top;overflow-wrap:anywhere}
th[scope=row]{font-weight:500;min-width:9rem;max-width:20rem}
th.n,td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
figure{margin:1rem 0}
figure svg{width:100%;max-width:44rem;height:auto;display:block;color:var(--fg)}
details{border:1px solid var(--line);border-radius:.4rem;margin:.4rem 0;background:var(--card)}
summary{cursor:pointer;padding:.4rem .7rem;overflow-wrap:anywhere}
details>:not(summary){margin:.4rem .7rem}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--bg);border:1px solid var(--line);
border-radius:.3rem;padding:.6rem;font:.88rem/1.45 ui-monospace,monospace;margin:.3rem 0;
unicode-bidi:plaintext}
.r0,.r5{background:var(--c0)}.r1{background:var(--c1)}.r2,.r8,.r10{background:var(--c2)}
.r4{background:var(--c4)}.r6,.r9{background:var(--c6)}.r7{background:var(--c1)}
mark{background:var(--mark);color:inherit}
.answer{border-left:4px solid var(--accent)}
.vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.legend span{padding:.1rem .4rem;border-radius:.2rem;margin-right:.4rem;display:inline-block}
form{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:end;margin:.6rem 0}
label{display:block;font-size:.85rem;color:var(--soft)}
select,input{font:inherit;max-width:100%;padding:.25rem .4rem;color:var(--fg);background:var(--bg);
border:1px solid var(--soft);border-radius:.3rem}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
[hidden]{display:none}
@media (max-width:40rem){body{font-size:15px}h1{font-size:1.35rem}}
@media print{nav,form,.skip{display:none}details{break-inside:avoid}
body{background:#fff;color:#000}.scroll{overflow:visible}}
""".strip()
