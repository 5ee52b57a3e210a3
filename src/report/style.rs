//! The page's style sheet.

/// Readable on screen and in black and white print.
pub(super) const CSS: &str = "
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #222; background: #fff; max-width: 1060px; margin: 0 auto; padding: 1rem 1.5rem 4rem; }
h1 { font-size: 1.7rem; margin: .4rem 0; } h2 { margin: 2.2rem 0 .6rem; border-bottom: 2px solid #222; padding-bottom: .2rem; }
h3 { margin: 1.8rem 0 .4rem; } h4 { margin: 1.2rem 0 .2rem; }
p { margin: .4rem 0; max-width: 75ch; } .quiet { color: #555; font-size: .92rem; }
.notice { border: 1px solid #888; background: #f6f6f6; padding: .5rem .8rem; margin: .8rem 0; }
.glance { border: 2px solid #222; padding: .6rem 1rem; margin: 1rem 0; }
.card { border-left: 5px solid #222; padding: .1rem .9rem .3rem; margin: .9rem 0 1.2rem; }
.glance .impression { font-size: 1.25rem; font-weight: 700; }
.empty { min-height: 4.5rem; border: 1px dashed #888; padding: .4rem .8rem; color: #555; }
.warn { border-left: 5px solid #c85000; padding: .2rem .8rem; margin: .4rem 0; background: #fff6ee; }
table { border-collapse: collapse; margin: .5rem 0 1rem; font-size: .92rem; }
th, td { border: 1px solid #bbb; padding: .2rem .55rem; text-align: left; vertical-align: top; }
th { background: #f0f0f0; } td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
p.tight { margin: .25rem 0; max-width: 100ch; }
table.bars { margin: .2rem 0 .4rem; } table.bars td { border: 0; padding: .05rem .5rem .05rem 0; }
td.track { width: 16rem; } td.track .bar { background: #444; border: 1px solid #222; height: .75rem; min-width: 1px; }
div.wide { overflow-x: auto; } table.units { font-size: .82rem; } table.units th, table.units td { padding: .15rem .4rem; }
tr.limits td { color: #444; background: #fafafa; }
td.path { overflow-wrap: anywhere; min-width: 11rem; }
figure { margin: .6rem 0 1rem; } figcaption { color: #444; font-size: .88rem; max-width: 85ch; }
svg { max-width: 100%; height: auto; display: block; }
details { margin: .6rem 0; } summary { cursor: pointer; font-weight: 600; }
nav { font-size: .92rem; } nav a { margin-right: 1rem; }
code { font-size: .9em; overflow-wrap: anywhere; }
@media print { body { max-width: none; padding: 0; } details { display: block; } h3, figure { break-inside: avoid; } }
";
