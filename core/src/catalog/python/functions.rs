//! The functions of views. What Feast keeps of one is its pickled form, and mostly its text: with the decorator,
//! if there was one, and as far indented as it stood.

use alloc::{
    borrow::ToOwned,
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    Writer,
    expression::{Call, Expression, literal},
    fields::Fields,
    module::{comment, is_identifier},
};

impl<'a> Writer<'a> {
    /// Adds the function of a view, which it defines before.
    pub(super) fn function(&mut self, call: Call, spec: Fields<'a>) -> Call {
        let transformation = spec.message("feature_transformation");
        let newer = transformation.and_then(|transformation| transformation.message("user_defined_function"));
        let older = spec.message("user_defined_function");
        // As Feast, which takes the older one where the newer has no text.
        let is_text = |function: &Fields<'_>| !function.text("body_text").is_empty();
        let function = newer.filter(is_text).or(older.filter(is_text)).or(newer).or(older);
        if let Some(plan) = transformation.and_then(|all| all.message("substrait_transformation")) {
            let length = plan.bytes("substrait_plan").len();
            self.note(format!(
                "{} computes its features by a Substrait plan of {length} bytes, which this cannot express: \
                 give the function that it was made of as `udf`.",
                spec.text("name")
            ));
        }
        let Some(function) = function else { return call };
        let text = function.text("body_text");
        let (name, is_plain) = match Source::of(text) {
            Some(source) => (self.define_function(&source), source.is_whole),
            None => (self.define_stand_in(function), false),
        };
        let udf_string = match is_plain {
            true => Some(self.module.import("getsource").call(Expression::atom(&name))),
            false if text.is_empty() => None,
            false => {
                let text_name = format!("{name}_text");
                self.note(
                    "The text as it is stored: with another one Feast takes the function for changed.".into(),
                );
                Some(self.define(&text_name, "text", Expression::Atom(long_literal(text))))
            }
        };
        call.with("udf", Expression::atom(name)).with_some("udf_string", udf_string)
    }

    /// Writes the function out, under a name that is free.
    fn define_function(&mut self, source: &Source) -> String {
        self.module.import_for(&source.text);
        let name = self.module.claim(&source.name, "function");
        let mut text =
            comment("Of the function's module the registry has nothing else: it may need imports.");
        match name == source.name {
            true => text.push_str(&source.text),
            false => text.push_str(&source.text.replacen(&source.name, &name, 1)),
        }
        text.push_str(&format!("\n\n{name}.__module__ = \"__main__\"  # Feast stores others by name only\n"));
        if name != source.name {
            text.push_str(&format!("{name}.__name__ = {}\n", literal(&source.name)));
        }
        self.module.add(text);
        name
    }

    /// Writes something that can be called for a function that cannot be written.
    fn define_stand_in(&mut self, function: Fields<'a>) -> String {
        let wanted = function.text("name");
        let name = self.module.claim(wanted, "function");
        let length = function.bytes("body").len();
        let why = match function.text("body_text") {
            "" => {
                format!("The registry has only the pickled form of {wanted} ({length} bytes), not its text.")
            }
            _ => format!("The registry's text of {wanted} is not that of a function with a name."),
        };
        let text = format!(
            "\n{}def {name}(*arguments):\n    raise NotImplementedError({})\n\n\n{name}.__module__ = \"__main__\"\n",
            comment(&why),
            literal(&why)
        );
        self.module.add(text);
        name
    }
}

/// The text of a function as it can stand in a module.
struct Source {
    name: String,
    text: String,
    /// Whether it is all of the stored text, so that Python finds the same when asked for it.
    is_whole: bool,
}

impl Source {
    /// Takes off the indentation and the decorators.
    fn of(stored: &str) -> Option<Source> {
        let lines = || stored.split_inclusive('\n');
        let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
        let depth = lines().filter(|line| !line.trim().is_empty()).map(indent).min()?;
        let dedented: Vec<&str> = lines().map(|line| line.get(depth..).unwrap_or("\n")).collect();
        let is_start = |line: &&str| line.starts_with("def ") || line.starts_with("async def ");
        let start = dedented.iter().position(is_start)?;
        let is_decorated = dedented.iter().find(|line| !line.trim().is_empty())?.starts_with('@');
        if start > 0 && !is_decorated {
            return None;
        }
        let text = dedented.get(start..)?.concat();
        let (_, rest) = text.split_once("def ")?;
        let name = rest.split_once('(')?.0.trim().to_owned();
        let text = format!("{}\n", text.trim_end());
        // What stands at the margin after the first line would not be taken for the function's.
        let is_one = text.lines().skip(1).all(|line| line.is_empty() || line.starts_with([' ', '\t', ')']));
        let is_whole = is_one && text == stored;
        Some(Source { name, text, is_whole }).filter(|source| is_identifier(&source.name))
    }
}

/// A text of several lines as a literal of several lines.
fn long_literal(text: &str) -> String {
    let is_plain = |c: char| c == '\n' || !c.is_control();
    if text.chars().all(is_plain) && text.contains('\n') && !text.contains("\"\"\"") && !text.ends_with('"') {
        format!("\"\"\"\\\n{}\"\"\"", text.replace('\\', "\\\\"))
    } else {
        literal(text).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_stands_without_decorators_and_indentation() {
        let text = |stored| Source::of(stored).map(|source| (source.name, source.text, source.is_whole));
        let plain = "def f(a):\n    return a\n";
        let expected = |is_whole| Some(("f".into(), plain.into(), is_whole));
        assert_eq!(text(plain), expected(true));
        assert_eq!(text("def f(a):\n    return a\n\n\n"), expected(false));
        assert_eq!(text("@view(\n    x=1,\n)\ndef f(a):\n    return a\n"), expected(false));
        assert_eq!(text("    @view\n    def f(a):\n        return a\n"), expected(false));
        let margin = "def f(\n    a,\n):\n    return a\n";
        assert_eq!(text(margin), Some(("f".into(), margin.into(), true)));
        assert_eq!((text("udf=lambda x: x\n"), text(""), text("select 1\n")), (None, None, None));
        assert_eq!(text("import os\ndef f(a):\n    return a\n"), None);
        assert_eq!(text("def f\u{2028}import(a):\n    return a\n"), None);
    }

    #[test]
    fn literals_of_several_lines_say_the_same() {
        assert_eq!(long_literal("a\\b\nc\n"), "\"\"\"\\\na\\\\b\nc\n\"\"\"");
        assert_eq!(long_literal("a\"\"\"b\nc"), r#"'a"""b\nc'"#);
        assert_eq!(long_literal("a'\nb\""), r#""a'\nb\"""#);
    }
}
