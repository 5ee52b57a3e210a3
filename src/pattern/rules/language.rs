//! The language of the rules' expressions: `all(…)`, `any(…)`, `at_least(n, …)`, `not(…)`, `rule(R1)`, and functions
//! such as `neurogenic(2, deltoid, biceps_brachii)` over muscles, conduction studies, levels or numbers. Parsed once;
//! an unknown name is an error.

use super::functions::{Arguments, Function, Takes, function};
use super::tables::{group, rule_ids};
use crate::norms::ncs::NCS_STUDIES;
use crate::norms::{MUSCLES, Root};

/// An expression.
#[derive(Debug, Clone)]
pub(super) enum Node {
    /// At least so many; `all` and `any` are counts too.
    AtLeast(usize, Vec<Node>),
    Not(Box<Node>),
    Rule(&'static str),
    Call(&'static Function, Arguments),
}

/// Deepest nesting. Ours: a rule that people can read has a handful.
const DEEPEST: usize = 16;

/// Reads an expression.
///
/// # Errors
/// What is wrong, and where it stands.
pub(super) fn parse(text: &'static str) -> Result<Node, String> {
    let mut parser = Parser { text, at: 0 };
    let node = parser.node(0)?;
    parser.space();
    if parser.at < text.len() { Err(parser.wrong("more text than one expression")) } else { Ok(node) }
}

struct Parser {
    text: &'static str,
    at: usize,
}

impl Parser {
    fn wrong(&self, what: &str) -> String {
        format!("`{}`: at {}: {what}", self.text, self.at)
    }
    fn rest(&self) -> &'static str {
        &self.text[self.at..]
    }
    fn space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }
    fn take(&mut self, sign: char) -> bool {
        self.space();
        let there = self.rest().starts_with(sign);
        self.at += usize::from(there);
        there
    }
    /// A name or a number.
    fn word(&mut self) -> Result<&'static str, String> {
        self.space();
        let rest = self.rest();
        let end =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
        if end == 0 {
            return Err(self.wrong("a name is missing"));
        }
        self.at += end;
        Ok(&rest[..end])
    }
    fn open(&mut self) -> Result<(), String> {
        if self.take('(') { Ok(()) } else { Err(self.wrong("`(` is missing")) }
    }
    /// Words up to the closing bracket.
    fn words(&mut self) -> Result<Vec<&'static str>, String> {
        let mut out = Vec::new();
        if self.take(')') {
            return Ok(out);
        }
        loop {
            out.push(self.word()?);
            if self.take(')') {
                return Ok(out);
            }
            if !self.take(',') {
                return Err(self.wrong("`,` or `)` is missing"));
            }
        }
    }
    /// Expressions up to the closing bracket.
    fn nodes(&mut self, depth: usize) -> Result<Vec<Node>, String> {
        let mut out = Vec::new();
        loop {
            out.push(self.node(depth)?);
            if self.take(')') {
                return Ok(out);
            }
            if !self.take(',') {
                return Err(self.wrong("`,` or `)` is missing"));
            }
        }
    }

    fn node(&mut self, depth: usize) -> Result<Node, String> {
        if depth > DEEPEST {
            return Err(self.wrong("nested too deeply"));
        }
        let name = self.word()?;
        self.open()?;
        match name {
            "all" => self.nodes(depth + 1).map(|n| Node::AtLeast(n.len(), n)),
            "any" => self.nodes(depth + 1).map(|n| Node::AtLeast(1, n)),
            "at_least" => {
                let count = self.word()?.parse().map_err(|_| self.wrong("a count is missing"))?;
                if !self.take(',') {
                    return Err(self.wrong("`,` is missing"));
                }
                let nodes = self.nodes(depth + 1)?;
                if count == 0 || count > nodes.len() {
                    return Err(self.wrong("a count from 1 to the number of parts is needed"));
                }
                Ok(Node::AtLeast(count, nodes))
            }
            "not" => match self.nodes(depth + 1)?.as_slice() {
                [one] => Ok(Node::Not(Box::new(one.clone()))),
                _ => Err(self.wrong("`not` takes one expression")),
            },
            "rule" => match self.words()?.as_slice() {
                [id] if rule_ids().any(|known| known == *id) => Ok(Node::Rule(id)),
                other => Err(self.wrong(&format!("no rule {other:?}"))),
            },
            _ => {
                let known = function(name).ok_or_else(|| self.wrong(&format!("no function `{name}`")))?;
                let words = self.words()?;
                arguments(known, &words).map(|a| Node::Call(known, a)).map_err(|e| self.wrong(&e))
            }
        }
    }
}

/// Looks the words up in the way that the function takes them.
fn arguments(function: &Function, words: &[&'static str]) -> Result<Arguments, String> {
    let leading = words.iter().take_while(|w| w.parse::<f64>().is_ok()).count();
    let trailing = words.iter().rev().take_while(|w| w.parse::<f64>().is_ok()).count();
    let numbers = |from: &[&str]| from.iter().filter_map(|w| w.parse().ok()).collect::<Vec<f64>>();
    let name = function.name;
    match function.takes {
        Takes::Muscles | Takes::Studies => {
            if leading > 1 || leading == words.len() {
                return Err(format!("`{name}` takes a count and names"));
            }
            let kind = if matches!(function.takes, Takes::Muscles) { "muscles" } else { "studies" };
            let known = |n: &str| match function.takes {
                Takes::Muscles => MUSCLES.iter().any(|m| m.id == n),
                _ => NCS_STUDIES.iter().any(|s| s.id == n),
            };
            let mut names = Vec::new();
            for word in &words[leading..] {
                match group(word, kind) {
                    Some(members) => names.extend(members.iter().copied()),
                    None if known(word) => names.push(*word),
                    None => return Err(format!("`{word}` is none of the {kind} nor a group of them")),
                }
            }
            let numbers = numbers(&words[..leading]);
            let fits = |n: &f64| n.fract() == 0.0 && *n >= 1.0 && *n <= names.len() as f64;
            if numbers.iter().all(fits) {
                Ok(Arguments { numbers, names })
            } else {
                Err(format!("`{name}`: a count from 1 to {}", names.len()))
            }
        }
        Takes::Levels => match words.iter().find(|w| Root::named(w).is_none()) {
            None if !words.is_empty() => Ok(Arguments { numbers: Vec::new(), names: words.to_vec() }),
            _ => Err(format!("`{name}` takes roots")),
        },
        Takes::Numbers(n) if leading == n && words.len() == n => {
            Ok(Arguments { numbers: numbers(words), names: Vec::new() })
        }
        Takes::Numbers(n) => Err(format!("`{name}` takes {n} numbers")),
        Takes::Piece(n) | Takes::Measure(n) => {
            let plain = words.len() - trailing;
            let wanted = if matches!(function.takes, Takes::Piece(_)) { 2 } else { 1 };
            if trailing != n || plain != wanted {
                return Err(format!("`{name}` takes {wanted} names and {n} numbers"));
            }
            if wanted == 2 && !NCS_STUDIES.iter().any(|s| s.id == words[0]) {
                return Err(format!("no conduction study `{}`", words[0]));
            }
            Ok(Arguments { numbers: numbers(&words[plain..]), names: words[..plain].to_vec() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_or_not_well_formed_is_an_error_that_says_so() {
        for (text, said) in [
            ("", "a name is missing"),
            ("all(", "a name is missing"),
            ("all(neurogenic(deltoid)", "`,` or `)`"),
            ("neurogenic(deltoidd)", "`deltoidd`"),
            ("neurogenic(3, deltoid)", "a count"),
            ("neurogenic(0, deltoid)", "a count"),
            ("neurogenic(1.5, deltoid, soleus)", "a count"),
            ("response_low(deltoid)", "`deltoid`"),
            ("level(X9)", "takes roots"),
            ("rule(R999)", "no rule"),
            ("nothing(deltoid)", "no function"),
            ("two_muscles(2)", "takes 2 numbers"),
            ("velocity_below(ulnar_motor_adm, across_elbow)", "and 1 numbers"),
            ("velocity_below(ulnar_motor_xyz, across_elbow, 50)", "`ulnar_motor_xyz`"),
            ("neurogenic(deltoid) soleus", "more text"),
            ("at_least(3, neurogenic(deltoid))", "a count from 1"),
            ("not(neurogenic(deltoid), neurogenic(soleus))", "one expression"),
        ] {
            let why = parse(text).err().unwrap_or_else(|| panic!("{text} was read"));
            assert!(why.contains(said), "{text}: {why}");
        }
        let deep: &'static str =
            Box::leak(format!("{}neurogenic(deltoid){}", "not(".repeat(20), ")".repeat(20)).into());
        assert!(parse(deep).err().is_some_and(|e| e.contains("deeply")));
        assert!(parse("any( neurogenic( 1, gluteals ), not(active(deltoid)) )").is_ok());
    }
}
