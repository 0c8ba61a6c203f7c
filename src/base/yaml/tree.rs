//! The text of a YAML file as a tree of values with places.
//!
//! The grammar is `saphyr-parser`'s, which counts places in characters: they become bytes here.
//! A file may nest 64 deep.

use std::borrow::Cow;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput};

use crate::base::read::Place;

/// How deep values may stand in each other.
const DEEPEST: usize = 64;

/// A value.
pub(super) struct Tree {
    pub place: Place,
    pub form: Form,
}

/// What a value is made of.
pub(super) enum Form {
    /// A text, a number, a flag or nothing.
    Scalar {
        text: String,
        style: Style,
    },
    List(Vec<Tree>),
    Table(Vec<(Key, Tree)>),
}

/// How a scalar is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Without quotes on its line: it may be a number, a flag or nothing.
    Plain,
    Single,
    Double,
    /// On lines of its own, after `|` or `>`.
    Block,
}

/// A key of a table.
pub(super) struct Key {
    pub name: String,
    pub place: Place,
}

/// What is wrong with the text.
pub(super) struct Bad {
    pub place: Place,
    pub message: String,
    pub label: String,
    pub help: Option<String>,
}

/// The documents in a text.
pub(super) fn parse(text: &str) -> Result<Vec<Tree>, Bad> {
    let body = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let skipped = text.len() - body.len();
    let mut bytes: Vec<usize> = body.char_indices().map(|(at, _)| skipped + at).collect();
    bytes.push(text.len());
    let mut reader = Reader { parser: Parser::new_from_str(body), bytes };
    let mut trees = Vec::new();
    loop {
        match reader.next()? {
            (Event::StreamEnd, _) => return Ok(trees),
            (Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd, _) => {}
            (event, place) => trees.push(reader.value(event, place, 0)?),
        }
    }
}

struct Reader<'t> {
    parser: Parser<'t, StrInput<'t>>,
    /// Where each character begins, and the end.
    bytes: Vec<usize>,
}

impl<'t> Reader<'t> {
    fn byte(&self, character: usize) -> usize {
        self.bytes[character.min(self.bytes.len() - 1)]
    }

    fn place(&self, span: Span) -> Place {
        let start = self.byte(span.start.index());
        start..self.byte(span.end.index()).max(start)
    }

    fn next(&mut self) -> Result<(Event<'t>, Place), Bad> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => Ok((event, self.place(span))),
            Some(Err(error)) => Err(self.grammar(&error)),
            None => Ok((Event::StreamEnd, 0..0)),
        }
    }

    fn grammar(&self, error: &ScanError) -> Bad {
        let at = self.byte(error.marker().index());
        let message = format!("this is not valid YAML: {}", error.info());
        Bad { place: at..at, message, label: String::from("here"), help: None }
    }

    fn value(&mut self, event: Event<'t>, place: Place, depth: usize) -> Result<Tree, Bad> {
        if depth == DEEPEST {
            return Err(refused(place, "values stand in each other too deep", None));
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                plain(&place, anchor, tag.is_some())?;
                Ok(Tree { place, form: scalar(text, style) })
            }
            Event::SequenceStart(anchor, tag) => {
                plain(&place, anchor, tag.is_some())?;
                self.list(place, depth)
            }
            Event::MappingStart(anchor, tag) => {
                plain(&place, anchor, tag.is_some())?;
                self.table(place, depth)
            }
            Event::Alias(_) => {
                let help = String::from("write the value out");
                Err(refused(place, "aliases are not read", Some(help)))
            }
            _ => Err(refused(place, "this is not valid YAML", None)),
        }
    }

    fn list(&mut self, start: Place, depth: usize) -> Result<Tree, Bad> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, end) => {
                    let place = whole(&start, items.last(), &end);
                    return Ok(Tree { place, form: Form::List(items) });
                }
                (event, place) => items.push(self.value(event, place, depth + 1)?),
            }
        }
    }

    fn table(&mut self, start: Place, depth: usize) -> Result<Tree, Bad> {
        let mut rows: Vec<(Key, Tree)> = Vec::new();
        loop {
            let (event, place) = self.next()?;
            if event == Event::MappingEnd {
                let place = whole(&start, rows.last().map(|(_, value)| value), &place);
                return Ok(Tree { place, form: Form::Table(rows) });
            }
            let key = self.value(event, place, depth + 1)?;
            let Form::Scalar { text: name, .. } = key.form else {
                return Err(refused(key.place, "a key is a plain text", None));
            };
            if rows.iter().any(|(other, _)| other.name == name) {
                let message = format!("the key `{name}` is written twice");
                return Err(refused(key.place, &message, None));
            }
            let (event, place) = self.next()?;
            let value = self.value(event, place, depth + 1)?;
            rows.push((Key { name, place: key.place }, value));
        }
    }
}

/// The place of a list or table: in a block, to the end of its last value.
fn whole(start: &Place, last: Option<&Tree>, end: &Place) -> Place {
    let last = last.map_or(start.end, |last| last.place.end);
    let end = if end.is_empty() { last } else { end.end };
    start.start..end.max(start.end)
}

fn scalar(text: Cow<'_, str>, style: ScalarStyle) -> Form {
    let style = match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::Single,
        ScalarStyle::DoubleQuoted => Style::Double,
        ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
    };
    Form::Scalar { text: text.into_owned(), style }
}

/// Refuses a value with an anchor or a tag.
fn plain(place: &Place, anchor: usize, tag: bool) -> Result<(), Bad> {
    match (anchor, tag) {
        (0, false) => Ok(()),
        (0, true) => Err(refused(place.clone(), "tags are not read", None)),
        _ => Err(refused(place.clone(), "anchors are not read", None)),
    }
}

fn refused(place: Place, message: &str, help: Option<String>) -> Bad {
    Bad { place, message: message.to_string(), label: String::from("here"), help }
}

impl Tree {
    /// Where a part of a scalar's text stands in the file: to the byte where the text is written as
    /// it is, in quotes, or over several lines; the whole scalar where escapes hide it.
    pub fn part(&self, source: &str, part: &Place) -> Place {
        let Form::Scalar { text, style } = &self.form else { return self.place.clone() };
        let Some(starts) = align(&source[self.place.clone()], text, *style) else {
            return self.place.clone();
        };
        let at = |byte: usize| match starts.iter().find(|(value, _)| *value >= byte) {
            Some((_, written)) => self.place.start + written,
            None => self.place.end,
        };
        let start = at(part.start);
        let last = starts.iter().rfind(|(value, _)| *value < part.end);
        let end = last.filter(|_| part.end > part.start).map_or(start, |(_, written)| {
            let last = self.place.start + written;
            last + source[last..].chars().next().map_or(0, char::len_utf8)
        });
        start..end.max(start).min(self.place.end.max(start))
    }
}

/// Where each character of a scalar's text is written: bytes in the text, bytes in the source.
fn align(source: &str, text: &str, style: Style) -> Option<Vec<(usize, usize)>> {
    let quoted = matches!(style, Style::Single | Style::Double);
    let mut at = usize::from(quoted);
    let mut starts = Vec::new();
    for (value, wanted) in text.char_indices() {
        if wanted.is_whitespace() {
            starts.push((value, at));
            let written = source[at..].chars().next().filter(|c| c.is_whitespace());
            at += written.map_or(0, char::len_utf8);
            continue;
        }
        at += source[at..].len() - source[at..].trim_start().len();
        starts.push((value, at));
        let mut rest = source[at..].chars();
        let mut written = rest.next()?;
        at += written.len_utf8();
        let escaped = (style == Style::Double && written == '\\')
            || (style == Style::Single && written == '\'');
        if escaped {
            written = rest.next()?;
            at += written.len_utf8();
        }
        if written != wanted {
            return None;
        }
    }
    Some(starts)
}
