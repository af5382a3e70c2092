//! Python expressions as values, and how they are laid out: on one line where that is short enough, otherwise
//! an element per line, as `black` and `ruff` do it.

use alloc::{
    boxed::Box,
    format,
    string::{String, ToString},
    vec::Vec,
};

use crate::compact;

/// No longer than this, if it can be broken.
const LINE: usize = 88;

/// A Python expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    /// A name, a number or a text, as it is written.
    Atom(String),
    /// `[a, b]`.
    List(Vec<Expression>),
    /// `{a: b}`.
    Dict(Vec<(Expression, Expression)>),
    /// `callee(a, name=b)`.
    Call(Box<Expression>, Vec<(&'static str, Expression)>),
    /// `whole[index]`.
    Item(Box<Expression>, Box<Expression>),
    /// `object.name`.
    Attribute(Box<Expression>, &'static str),
}

impl Expression {
    pub(super) fn atom(text: impl ToString) -> Self {
        Expression::Atom(text.to_string())
    }

    /// A text literal.
    pub(super) fn text(text: &str) -> Self {
        Expression::Atom(literal(text))
    }

    pub(super) fn texts<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        Expression::List(texts.map(Expression::text).collect())
    }

    /// A dictionary of texts; of those with one key the last.
    pub(super) fn pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let pairs = compact::map(pairs).into_iter();
        Expression::Dict(pairs.map(|(key, value)| (Self::text(key), Self::text(value))).collect())
    }

    pub(super) fn flag(value: bool) -> Self {
        Expression::atom(if value { "True" } else { "False" })
    }

    pub(super) fn attribute(self, name: &'static str) -> Self {
        Expression::Attribute(Box::new(self), name)
    }

    pub(super) fn item(self, index: Expression) -> Self {
        Expression::Item(Box::new(self), Box::new(index))
    }

    /// A call with one argument, by position.
    pub(super) fn call(self, argument: Expression) -> Self {
        Expression::Call(Box::new(self), Vec::from([("", argument)]))
    }

    /// What JSON means in Python.
    pub(super) fn json(value: &serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null => Expression::atom("None"),
            Value::Bool(value) => Expression::flag(*value),
            Value::Number(number) => Expression::atom(number),
            Value::String(text) => Expression::text(text),
            Value::Array(elements) => Expression::List(elements.iter().map(Expression::json).collect()),
            Value::Object(fields) => {
                let entry = |(key, value): (&String, _)| (Expression::text(key), Expression::json(value));
                Expression::Dict(fields.iter().map(entry).collect())
            }
        }
    }

    /// The expression on lines of which all but the first are indented so deep, where the first has begun
    /// already with so many letters.
    pub(super) fn laid_out(&self, indent: usize, begun: usize) -> String {
        let mut out = String::new();
        self.write(&mut out, indent, begun);
        out
    }

    fn write(&self, out: &mut String, indent: usize, begun: usize) {
        let is_short = self.width(LINE.saturating_sub(begun)).is_some();
        match self {
            Expression::Atom(text) => out.push_str(text),
            Expression::List(elements) => {
                let element = |out: &mut String, element: &Expression, inner, begun| {
                    element.write(out, inner, begun);
                };
                enclosed(out, "[", "]", elements, indent, is_short, element);
            }
            Expression::Dict(entries) => {
                let entry = |out: &mut String, (key, value): &(Expression, Expression), inner, begun| {
                    key.write(out, inner, begun);
                    out.push_str(": ");
                    value.write(out, inner, begun + key.width(LINE).unwrap_or(LINE) + 3);
                };
                enclosed(out, "{", "}", entries, indent, is_short, entry);
            }
            Expression::Call(callee, arguments) => {
                callee.write(out, indent, begun);
                let argument = |out: &mut String, (name, value): &(&str, Expression), inner, begun| {
                    out.push_str(name);
                    out.push_str(if name.is_empty() { "" } else { "=" });
                    value.write(out, inner, begun + name.len() + 2);
                };
                enclosed(out, "(", ")", arguments, indent, is_short, argument);
            }
            Expression::Item(whole, index) => {
                whole.write(out, indent, begun);
                out.push('[');
                index.write(out, indent, begun);
                out.push(']');
            }
            Expression::Attribute(object, name) => {
                object.write(out, indent, begun);
                out.push('.');
                out.push_str(name);
            }
        }
    }

    /// How many letters it has on one line; `None`: more than `limit`.
    fn width(&self, limit: usize) -> Option<usize> {
        let mut width = 0;
        self.add_width(&mut width, limit).then_some(width)
    }

    fn add_width(&self, width: &mut usize, limit: usize) -> bool {
        match self {
            Expression::Atom(text) => *width += text.chars().count(),
            Expression::List(elements) => {
                *width += 2 * elements.len().max(1);
                return *width <= limit && elements.iter().all(|element| element.add_width(width, limit));
            }
            Expression::Dict(entries) => {
                *width += 4 * entries.len().max(1);
                let mut all = entries.iter().flat_map(|(key, value)| [key, value]);
                return *width <= limit && all.all(|element| element.add_width(width, limit));
            }
            Expression::Call(callee, arguments) => {
                let names: usize = arguments.iter().map(|(name, _)| name.len() + 3).sum();
                *width += names;
                let all = arguments.iter().map(|(_, value)| value);
                return *width <= limit && callee.add_width(width, limit) && { all }
                    .all(|element| element.add_width(width, limit));
            }
            Expression::Item(whole, index) => {
                *width += 2;
                return whole.add_width(width, limit) && index.add_width(width, limit);
            }
            Expression::Attribute(object, name) => {
                *width += name.len() + 1;
                return object.add_width(width, limit);
            }
        }
        *width <= limit
    }
}

fn enclosed<T>(
    out: &mut String,
    open: &str,
    close: &str,
    elements: &[T],
    indent: usize,
    is_short: bool,
    write: impl Fn(&mut String, &T, usize, usize),
) {
    out.push_str(open);
    let inner = indent + 4;
    for (index, element) in elements.iter().enumerate() {
        match (is_short, index) {
            (true, 0) => {}
            (true, _) => out.push_str(", "),
            (false, _) => new_line(out, inner),
        }
        write(out, element, inner, if is_short { 0 } else { inner });
        out.push_str(if is_short { "" } else { "," });
    }
    if !is_short && !elements.is_empty() {
        new_line(out, indent);
    }
    out.push_str(close);
}

fn new_line(out: &mut String, indent: usize) {
    out.push('\n');
    out.extend(core::iter::repeat_n(' ', indent));
}

/// A text as a Python literal on one line.
pub(in crate::catalog) fn literal(text: &str) -> String {
    let quote = if text.contains('"') && !text.contains('\'') { '\'' } else { '"' };
    let mut literal = String::from(quote);
    for c in text.chars() {
        match c {
            c if c == quote || c == '\\' => literal.extend(['\\', c]),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            c if c.is_control() => literal.push_str(&match u32::from(c) {
                code @ ..0x100 => format!("\\x{code:02x}"),
                code => format!("\\u{code:04x}"),
            }),
            c => literal.push(c),
        }
    }
    literal.push(quote);
    literal
}

/// A call under construction.
#[derive(Clone, Debug)]
pub(super) struct Call {
    callee: Expression,
    arguments: Vec<(&'static str, Expression)>,
}

impl Call {
    pub(super) fn new(callee: Expression) -> Self {
        Call { callee, arguments: Vec::new() }
    }

    pub(super) fn with(mut self, name: &'static str, value: Expression) -> Self {
        self.arguments.push((name, value));
        self
    }

    /// Leaves out what is the default: nothing.
    pub(super) fn with_some(self, name: &'static str, value: Option<Expression>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    pub(super) fn with_text(self, name: &'static str, text: &str) -> Self {
        if text.is_empty() { self } else { self.with(name, Expression::text(text)) }
    }

    /// A list or a dictionary, unless it is empty.
    pub(super) fn with_all(self, name: &'static str, all: Expression) -> Self {
        match &all {
            Expression::List(elements) if elements.is_empty() => self,
            Expression::Dict(entries) if entries.is_empty() => self,
            _ => self.with(name, all),
        }
    }

    pub(super) fn with_flag(self, name: &'static str, value: bool, default: bool) -> Self {
        if value == default { self } else { self.with(name, Expression::flag(value)) }
    }

    /// The name of what is called, if it is a plain one.
    pub(super) fn callee(&self) -> Option<&str> {
        match &self.callee {
            Expression::Atom(name) => Some(name),
            _ => None,
        }
    }

    pub(super) fn end(self) -> Expression {
        Expression::Call(Box::new(self.callee), self.arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_has_an_element_per_line() {
        let list = |count: usize| Expression::List((0..count).map(Expression::atom).collect());
        assert_eq!(list(3).laid_out(0, 0), "[0, 1, 2]");
        assert_eq!(list(3).laid_out(4, 84), "[\n        0,\n        1,\n        2,\n    ]");
        let call = Call::new(Expression::atom("f")).with("a", list(2)).with("b", list(30)).end();
        let long: Vec<_> = (0..30).map(|number| format!("        {number},\n")).collect();
        let expected = format!("f(\n    a=[0, 1],\n    b=[\n{}    ],\n)", long.concat());
        assert_eq!(call.laid_out(0, 4), expected);
    }
}
