//! Several statements in one round trip. MySQL's protocol takes more than one only as text, so that their values are
//! written into it: as hexadecimal digits, in which nothing can be taken for SQL.

use feast_registry_core::sql::{Statement, Value};

/// The longest text that statements share on a server that has not been asked for more: each takes twice as much
/// unless told otherwise.
pub(super) const LONGEST: usize = 512 << 10;

/// A statement whose text would be longer is prepared: the server takes values beside a text in a fraction of the
/// time in which it reads their digits, which is worth a round trip.
const WORTH_PREPARING: usize = 128 << 10;

/// The longest text that statements share on a server that takes packets of this size.
pub(super) fn longest(packet: u64) -> usize {
    // Half of it, as above; and no more than what is worth its memory.
    const MOST: usize = 8 << 20;
    usize::try_from(packet / 2).unwrap_or(MOST).clamp(LONGEST, MOST)
}

/// Whether what is not prepared of statements is longer as one text than [`LONGEST`].
pub(super) fn are_long<'a>(statements: impl Iterator<Item = &'a Statement<'a>>) -> bool {
    let mut length = 0;
    statements.map(text_length).filter(|length| *length <= WORTH_PREPARING).any(|text| {
        length += text;
        length > LONGEST
    })
}

/// What is sent at once.
#[derive(Debug, PartialEq)]
pub(super) enum Batch<'a> {
    /// Statements with their values, and how many they are.
    Text(String, usize),
    /// One statement, its values beside it.
    Prepared(&'a Statement<'a>),
}

/// The statements in order. One that has a batch to itself is prepared once and needs no text.
pub(super) fn batches<'a>(
    statements: impl IntoIterator<Item = &'a Statement<'a>>,
    longest: usize,
) -> Vec<Batch<'a>> {
    let mut batches = Vec::new();
    let mut shared: Vec<(&'a Statement<'a>, String)> = Vec::new();
    let mut length = 0;
    for statement in statements {
        let text = literal(statement);
        if text.as_ref().is_none_or(|text| length + text.len() > longest) {
            batches.extend(batch(std::mem::take(&mut shared)));
            length = 0;
        }
        match text {
            Some(text) => {
                length += text.len() + 2;
                shared.push((statement, text));
            }
            None => batches.push(Batch::Prepared(statement)),
        }
    }
    batches.extend(batch(shared));
    batches
}

fn batch<'a>(statements: Vec<(&'a Statement<'a>, String)>) -> Option<Batch<'a>> {
    match statements.as_slice() {
        [] => None,
        [(statement, _)] if !statement.values.is_empty() => Some(Batch::Prepared(statement)),
        all => {
            let texts: Vec<&str> = all.iter().map(|(_, text)| text.as_str()).collect();
            Some(Batch::Text(texts.join("; "), all.len()))
        }
    }
}

/// The statement with its values in place of the placeholders; `None` where that is too long.
fn literal(statement: &Statement<'_>) -> Option<String> {
    let length = text_length(statement);
    if length > WORTH_PREPARING {
        return None;
    }
    let mut out = String::with_capacity(length);
    let mut values = statement.values.iter();
    for (index, part) in statement.text.split('?').enumerate() {
        if index > 0 {
            // A count that is wrong is the server's to refuse.
            write_literal(&mut out, values.next()?);
        }
        out.push_str(part);
    }
    values.next().is_none().then_some(out)
}

/// The most that a statement's text with its values takes.
fn text_length(statement: &Statement<'_>) -> usize {
    let length = |value: &Value<'_>| match value {
        Value::Null | Value::Int(_) | Value::Array(..) => 20,
        Value::Text(text) => 2 * text.len() + 12,
        Value::Bytes(bytes) => 2 * bytes.len() + 3,
    };
    statement.text.len() + statement.values.iter().map(length).sum::<usize>()
}

fn write_literal(out: &mut String, value: &Value<'_>) {
    match value {
        Value::Null | Value::Array(..) => out.push_str("NULL"),
        Value::Int(number) => out.push_str(&number.to_string()),
        // A text as if it came over a connection in UTF-8: the column says how it compares.
        Value::Text(text) => {
            out.push_str("_utf8mb4 ");
            write_hex(out, text.as_bytes());
        }
        Value::Bytes(bytes) => write_hex(out, bytes),
    }
}

/// Many digits at a time: most of a batch are these.
fn write_hex(out: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut digits = [0; 512];
    out.push_str("x'");
    for bytes in bytes.chunks(digits.len() / 2) {
        for (pair, byte) in digits.chunks_exact_mut(2).zip(bytes) {
            let digit = |half: u8| DIGITS[usize::from(half & 0xf)];
            pair.copy_from_slice(&[digit(byte >> 4), digit(*byte)]);
        }
        out.push_str(str::from_utf8(&digits[..2 * bytes.len()]).unwrap_or_default());
    }
    out.push('\'');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement<'a>(text: &str, values: impl IntoIterator<Item = Value<'a>>) -> Statement<'a> {
        Statement { text: text.into(), values: values.into_iter().collect() }
    }

    #[test]
    fn no_value_can_end_its_literal() {
        let values = ["'; DROP TABLE x; --", "\\", "?", ""].map(Value::from);
        let hostile = statement("SELECT ?, ?, ?, ?", values);
        let text = literal(&hostile).unwrap();
        assert_eq!(
            text,
            "SELECT _utf8mb4 x'273b2044524f50205441424c4520783b202d2d', _utf8mb4 x'5c', _utf8mb4 x'3f', _utf8mb4 x''"
        );
    }

    #[test]
    fn every_byte_is_two_digits() {
        let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(1000).collect();
        let mut written = String::new();
        write_hex(&mut written, &bytes);
        let expected: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(written, format!("x'{expected}'"));
    }

    #[test]
    fn a_statement_alone_or_a_long_one_is_prepared() {
        let short = statement("UPDATE t SET n = ?", [Value::Int(-1)]);
        let long = statement("UPDATE t SET b = ?", [Value::from(vec![0; LONGEST])]);
        let plain = statement("SELECT 1", []);
        let text = |text: &str, count| Batch::Text(text.into(), count);
        assert_eq!(batches(&[], LONGEST), []);
        assert_eq!(batches([&short], LONGEST), [Batch::Prepared(&short)]);
        assert_eq!(batches([&plain], LONGEST), [text("SELECT 1", 1)]);
        let all = [&plain, &short, &long, &short];
        let expected =
            [text("SELECT 1; UPDATE t SET n = -1", 2), Batch::Prepared(&long), Batch::Prepared(&short)];
        assert_eq!(batches(all, LONGEST), expected);
    }

    #[test]
    fn batches_grow_with_their_bytes_alone() {
        let some = statement("UPDATE t SET b = ?", [Value::from(vec![0; 1000])]);
        let many = vec![some; 1000];
        assert!(are_long(many.iter()) && !are_long(many.iter().take(100)));
        assert_eq!(batches(&many, longest(16 << 20)).len(), 1);
        let batches = batches(&many, longest(0));
        assert_eq!(batches.len(), 4);
        let count = |batch: &Batch<'_>| match batch {
            Batch::Text(text, count) => {
                assert!(text.len() <= LONGEST);
                *count
            }
            Batch::Prepared(_) => 1,
        };
        assert_eq!(batches.iter().map(count).sum::<usize>(), 1000);
    }
}
