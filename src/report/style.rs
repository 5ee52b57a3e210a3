//! The page's style sheet.

/// Readable on screen, on a phone and in black and white print: nothing that is meant rests on a background.
const CSS: &str = "
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; color: #222; background: #fff; max-width: 1200px; margin: 0 auto; padding: 1rem 1.5rem 4rem; overflow-wrap: break-word; }
h1 { font-size: 1.7rem; margin: .4rem 0; } h2 { margin: 2.2rem 0 .6rem; border-bottom: 2px solid #222; padding-bottom: .2rem; font-size: 1.4rem; }
h3 { margin: 1.6rem 0 .4rem; font-size: 1.15rem; } h4 { margin: 1.2rem 0 .2rem; font-size: 1rem; }
p { margin: .4rem 0; max-width: 75ch; } .quiet { color: #555; font-size: .92em; } td .quiet { font-size: 1em; } ul { margin: .4rem 0; padding-left: 1.4rem; } li { max-width: 90ch; }
a { color: #0a4a8a; } a:focus-visible, summary:focus-visible, div.wide:focus-visible { outline: 3px solid #c85000; outline-offset: 2px; }
a.skip { position: absolute; left: -99rem; } a.skip:focus { left: 1rem; top: .4rem; background: #fff; padding: .3rem .6rem; }
.notice { border: 1px solid #888; background: #f6f6f6; padding: .5rem .8rem; margin: .8rem 0; }
.glance, .physician { border: 2px solid #222; padding: .6rem 1rem; margin: 1rem 0; }
.glance > h2, .physician > h2 { margin-top: .2rem; border: 0; font-size: 1.1rem; }
.card { border-left: 5px solid #222; padding: .1rem .9rem .3rem; margin: .9rem 0 1.2rem; }
.glance .impression, .lead { font-size: 1.25rem; font-weight: 700; }
.empty { min-height: 4.5rem; border: 1px dashed #888; padding: .4rem .8rem; color: #555; }
.physician .empty { border: 0; min-height: 6rem; padding: 0; }
.warn { border-left: 5px solid #c85000; padding: .2rem .8rem; margin: .4rem 0; background: #fff6ee; }
table { border-collapse: collapse; margin: .5rem 0 1rem; font-size: .92rem; }
caption { text-align: left; font-weight: 600; padding: .2rem 0; } caption.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); padding: 0; }
th, td { border: 1px solid #bbb; padding: .2rem .55rem; text-align: left; vertical-align: top; }
th { background: #f0f0f0; } tbody th { background: none; font-weight: 400; } td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
p.tight { margin: .25rem 0; max-width: 100ch; }
table.bars { margin: .2rem 0 .4rem; } table.bars td, table.bars th { border: 0; padding: .05rem .5rem .05rem 0; }
td.track { width: 16rem; } .bar { border-top: .75rem solid #444; min-width: 1px; margin: .25rem 0; }
.signed { position: relative; display: grid; grid-template-columns: 5rem 5rem; width: 10rem; height: 1rem; align-items: center; }
.signed i { display: block; height: .75rem; } .signed .no { justify-self: end; border: 2px solid #222; grid-column: 1; } .signed .yes { border-left: 0; border-top: .75rem solid #222; grid-column: 2; }
.signed .yes, .signed .no { min-width: 3px; } .signed::before { content: ''; position: absolute; left: 5rem; top: -2px; bottom: -2px; border-left: 1px solid #222; }
.strip { display: flex; max-width: 46rem; height: 1.9rem; margin: .4rem 0; border: 2px solid #222; } .strip span { overflow: hidden; white-space: nowrap; border-right: 2px solid #222; padding: .1rem .3rem; min-width: 2px; } .strip span:last-child { border-right: 0; }
div.wide { overflow-x: auto; max-width: 100%; position: relative; } table.units { font-size: .82rem; } table.units th, table.units td { padding: .15rem .4rem; }
table.lines { width: 100%; max-width: 46rem; } table.lines th { width: 15rem; text-align: left; } table.lines td.hand { height: 2.1rem; }
tr.limits td { color: #444; background: #fafafa; }
td.path, th.path { overflow-wrap: anywhere; min-width: 11rem; } td.text { min-width: 14rem; max-width: 34rem; } table.clauses td.text { min-width: 22rem; max-width: none; }
.nowrap { white-space: nowrap; } .grids { display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: flex-start; } .grids figure { overflow-x: auto; max-width: 100%; } .grids svg { max-width: none; }
figure { margin: .6rem 0 1rem; } figcaption { color: #444; font-size: .88rem; max-width: 85ch; }
svg { max-width: 100%; height: auto; display: block; }
details { margin: .6rem 0; } summary { cursor: pointer; font-weight: 600; padding: .15rem 0; } details > :not(summary) { margin-left: 1rem; }
nav { font-size: .92rem; } nav a { margin-right: 1rem; display: inline-block; padding: .15rem 0; }
code { font-size: .9em; overflow-wrap: anywhere; } pre { overflow-x: auto; }
@media (max-width: 640px) {
  body { padding: .6rem .9rem 3rem; } .glance, .physician { padding: .4rem .7rem; } h1 { font-size: 1.4rem; overflow-wrap: anywhere; } td.track { width: 8rem; }
  details > :not(summary) { margin-left: .2rem; } table.lines th { width: 9rem; } td.text { min-width: 11rem; }
  figure { overflow-x: auto; } figure > div.drawn > svg { max-width: none; width: 700px; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; line-height: 1.35; } nav, .skip, .screen { display: none; }
  h1 { font-size: 16pt; } h2 { font-size: 13pt; margin-top: 1.2rem; } h3 { font-size: 11pt; margin-top: .8rem; } h4 { font-size: 10pt; }
  h1, h2, h3, h4, caption, summary { break-after: avoid; } p, tr, li, summary, figure, table.whole, .card, .notice, .glance, .physician, .strip, dl { break-inside: avoid; }
  thead { display: table-header-group; } tbody tr:first-child { break-before: avoid; } .sheet { break-before: page; }
  p, li, figcaption { max-width: none; } .quiet { font-size: 8.5pt; } td .quiet { font-size: inherit; } footer { display: none; }
  div.wide { overflow: visible; } table { font-size: 8.5pt; } table.units { font-size: 7pt; } table.units th, table.units td { padding: .08rem .2rem; } td.text { min-width: 0; }
  table.clauses td.text { min-width: 9cm; } td.path, th.path { min-width: 6rem; } th { background: none; } a { color: inherit; text-decoration: none; } .notice, .warn { background: none; }
  caption.unseen { display: none; } .grids { gap: .5rem 1rem; } .grids figure { width: 48%; } .grids svg { max-width: 100%; } details > :not(summary) { margin-left: 0; }
}
@page { size: A4; margin: 15mm 13mm 17mm; }
";

/// The style sheet of a page whose sheets of paper carry `foot`.
pub(super) fn css(foot: &str) -> String {
    let foot = quoted(foot);
    format!(
        "{CSS}@page {{ @bottom-left {{ content: {foot}; font: 8pt sans-serif; color: #444; }} \
         @bottom-right {{ content: \"page \" counter(page) \" of \" counter(pages); font: 8pt sans-serif; color: #444; }} }}\n"
    )
}

/// A text as a string of a style sheet: what is no letter, digit or plain mark stands as its code, so that no text
/// ends the string or the style sheet.
fn quoted(text: &str) -> String {
    let one = |c: char| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' | '.' | ',' | ':' | '-' | '_' => c.to_string(),
        _ => format!("\\{:x} ", u32::from(c)),
    };
    format!("\"{}\"", text.chars().take(80).map(one).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_its_string_or_the_style_sheet() {
        let css = css("a\"; } </style><script>\\n\n–");
        let tail = css.rsplit_once("@bottom-left").unwrap().1;
        assert!(!tail.contains('<') && !tail.contains('>'), "{tail}");
        assert!(
            tail.contains("\"a\\22 \\3b  \\7d  \\3c \\2f style\\3e \\3c script\\3e \\5c n\\a \\2013 \""),
            "{tail}"
        );
    }
}
