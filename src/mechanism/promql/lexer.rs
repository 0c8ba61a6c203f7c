//! The words of an expression, with their places.

use super::parse_duration;
use crate::base::read::{Mistake, Place};
use crate::base::time::Span;

/// A word.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word {
    /// A metric, label, function or keyword.
    Name(String),
    Number(f64),
    Duration(Span),
    /// A text in quotes.
    Text(String),
    Symbol(&'static str),
    End,
}

/// A word and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub word: Word,
    pub place: Place,
}

/// Longer ones first.
const SYMBOLS: [&str; 24] = [
    "==", "!=", "<=", ">=", "=~", "!~", "<", ">", "=", "+", "-", "*", "/", "%", "^", "(", ")", "{",
    "}", "[", "]", ",", ":", "@",
];

/// The words of a text; the last is the end.
pub(super) fn words(text: &str) -> Result<Vec<Token>, Mistake> {
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        at = skip(text, at);
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else {
            tokens.push(Token { word: Word::End, place: at..at });
            return Ok(tokens);
        };
        let next = rest[first.len_utf8()..].chars().next();
        let (word, length) = if let Some(symbol) = SYMBOLS.iter().find(|s| rest.starts_with(**s)) {
            (Word::Symbol(symbol), symbol.len())
        } else if first.is_ascii_digit()
            || (first == '.' && next.is_some_and(|c| c.is_ascii_digit()))
        {
            number(rest, at)?
        } else if matches!(first, '"' | '\'' | '`') {
            quoted(rest, at)?
        } else if first.is_ascii_alphabetic() || first == '_' {
            name(rest)
        } else {
            let message = format!("`{first}` has no meaning in PromQL");
            return Err(bad(at..at + first.len_utf8(), message, "here", None));
        };
        tokens.push(Token { word, place: at..at + length });
        at += length;
    }
}

/// Where the next word begins, after spaces and comments.
fn skip(text: &str, at: usize) -> usize {
    let rest = text[at..].trim_start();
    let start = text.len() - rest.len();
    if rest.starts_with('#') {
        return rest.find('\n').map_or(text.len(), |length| skip(text, start + length));
    }
    start
}

pub(super) fn bad(place: Place, message: String, label: &str, help: Option<String>) -> Mistake {
    Mistake { place, message, label: label.to_string(), help, inside: None }
}

fn name(rest: &str) -> (Word, usize) {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let length = rest.find(|c| !part(c)).unwrap_or(rest.len());
    let name = &rest[..length];
    let word = match name.to_ascii_lowercase().as_str() {
        "inf" => Word::Number(f64::INFINITY),
        "nan" => Word::Number(f64::NAN),
        _ => Word::Name(name.to_string()),
    };
    (word, length)
}

/// A number, or a duration.
fn number(rest: &str, at: usize) -> Result<(Word, usize), Mistake> {
    let mut length = 0;
    let mut last = ' ';
    for c in rest.chars() {
        let sign = matches!(c, '+' | '-')
            && matches!(last, 'e' | 'E')
            && is_decimal(&rest[..length - 1])
            && rest[length + 1..].starts_with(|c: char| c.is_ascii_digit());
        if !(c.is_ascii_alphanumeric() || c == '.' || c == '_' || sign) {
            break;
        }
        length += 1;
        last = c;
    }
    let text = &rest[..length];
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let digits = exponent.trim_start_matches(['+', '-']);
    let whole = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if is_decimal(mantissa) && whole {
        let value: f64 = text.parse().expect("its form was checked");
        return Ok((Word::Number(value), length));
    }
    match parse_duration(text) {
        Ok(span) => Ok((Word::Duration(span), length)),
        Err(why) => {
            let message = format!("`{text}` is neither a number nor a duration");
            Err(bad(at..at + length, message, "expected 0.5 or 5m", Some(why)))
        }
    }
}

/// Digits with at most one point among or beside them.
fn is_decimal(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let points = text.bytes().filter(|b| *b == b'.').count();
    digits > 0 && points <= 1 && digits + points == text.len()
}

fn quoted(rest: &str, at: usize) -> Result<(Word, usize), Mistake> {
    let quote = rest.chars().next().expect("a quote stands here");
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1);
    while let Some((byte, c)) = characters.next() {
        if c == quote {
            return Ok((Word::Text(text), byte + 1));
        }
        if c == '\n' && quote != '`' {
            break;
        }
        if c != '\\' || quote == '`' {
            text.push(c);
            continue;
        }
        let escaped = characters.next().map_or('\n', |(_, c)| c);
        text.push(match escaped {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            '\\' | '"' | '\'' => escaped,
            _ => {
                let end = at + byte + 1 + escaped.len_utf8();
                let message = String::from("this escape is outside the subset of PromQL");
                let help =
                    r#"inside are \\, \", \', \n, \t and \r; a pattern's \. is \\. in quotes"#;
                let end = end.min(at + rest.len());
                return Err(bad(at + byte..end, message, "here", Some(help.to_string())));
            }
        });
    }
    let line = rest.find('\n').unwrap_or(rest.len());
    Err(bad(at..at + line, String::from("the text does not end"), "it begins here", None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<Word> {
        words(text).unwrap().into_iter().map(|token| token.word).collect()
    }

    #[test]
    fn words_are_told_apart() {
        use Word::{Duration, End, Name, Number, Symbol, Text};
        let name = |name: &str| Name(name.to_string());
        assert_eq!(of(" # nothing\n"), [End]);
        assert_eq!(
            of("a:b{l=~\"x\\\\.y\"}[5m] >= 1e-3 # end"),
            [
                name("a:b"),
                Symbol("{"),
                name("l"),
                Symbol("=~"),
                Text(String::from("x\\.y")),
                Symbol("}"),
                Symbol("["),
                Duration(Span::from_secs(300)),
                Symbol("]"),
                Symbol(">="),
                Number(0.001),
                End
            ]
        );
        assert_eq!(
            of(".5-1.+Inf"),
            [Number(0.5), Symbol("-"), Number(1.0), Symbol("+"), Number(f64::INFINITY), End]
        );
        assert_eq!(
            of("'a\"b' `\\d`"),
            [Text(String::from("a\"b")), Text(String::from("\\d")), End]
        );
    }

    #[test]
    fn places_are_bytes() {
        let tokens = words("x{l='ü'}  > 1").unwrap();
        let places: Vec<Place> = tokens.into_iter().map(|token| token.place).collect();
        assert_eq!(places, [0..1, 1..2, 2..3, 3..4, 4..8, 8..9, 11..12, 13..14, 14..14]);
    }

    #[test]
    fn what_is_no_word_is_shown() {
        for (text, place, message) in [
            ("a $ b", 2..3, "`$` has no meaning in PromQL"),
            ("a > 0x10", 4..8, "`0x10` is neither a number nor a duration"),
            ("x[5min]", 2..6, "`5min` is neither a number nor a duration"),
            ("x{a=\"b}", 4..7, "the text does not end"),
            ("x{a=\"\\d\"}", 5..7, "this escape is outside the subset of PromQL"),
            ("x{a=\"\\", 5..6, "this escape is outside the subset of PromQL"),
        ] {
            let mistake = words(text).unwrap_err();
            assert_eq!((mistake.place, mistake.message.as_str()), (place, message), "{text}");
        }
    }
}
