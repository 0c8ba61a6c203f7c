//! One value of a document, with its place and path.
//!
//! The methods named after a form (`table`, `list`, `text`, `number`, `whole`, `flag`) give the
//! value in that form or report what was found instead; the `is_` methods only look.

use toml_edit::{ArrayOfTables, Item, TableLike, Value};

use super::plain::quoted;
use super::{Context, Mistake, Path, Place, Table, list_of};

/// What a node is made of.
#[derive(Clone, Copy)]
enum Form<'d> {
    Table(&'d dyn TableLike),
    Tables(&'d ArrayOfTables),
    Value(&'d Value),
    /// Not written: an empty table.
    Nothing,
}

/// A value of a document, its place, its dotted path and the shared context.
#[derive(Clone)]
pub struct Node<'d> {
    form: Form<'d>,
    place: Place,
    key_place: Place,
    path: Path,
    context: &'d Context<'d>,
}

impl<'d> Form<'d> {
    fn of(value: &'d Value) -> Self {
        match value {
            Value::InlineTable(table) => Form::Table(table),
            other => Form::Value(other),
        }
    }
}

impl<'d> Node<'d> {
    pub(super) fn root(table: &'d toml_edit::Table, context: &'d Context<'d>) -> Self {
        let form = Form::Table(table);
        Node { form, place: 0..0, key_place: 0..0, path: Path::default(), context }
    }

    /// The value of a key written inside this table.
    pub(super) fn child(&self, key: &'d toml_edit::Key, item: &'d Item) -> Node<'d> {
        let key_place = key.span().unwrap_or_else(|| self.place.clone());
        let form = match item {
            Item::Value(value) => Form::of(value),
            Item::Table(table) => Form::Table(table),
            Item::ArrayOfTables(tables) => Form::Tables(tables),
            Item::None => Form::Nothing,
        };
        let place = item.span().unwrap_or_else(|| key_place.clone());
        Node { form, place, key_place, path: self.path.key(key), context: self.context }
    }

    /// A key not written inside this table, as if it was written as an empty table.
    pub(super) fn absent(&self, key: &str) -> Node<'d> {
        Node { form: Form::Nothing, path: self.path.key(key), ..self.clone() }
    }

    /// A key not written inside this table, as if `value` was written.
    pub(super) fn supposed<'v>(&self, key: &str, value: &'v Value) -> Node<'v>
    where
        'd: 'v,
    {
        Node {
            form: Form::of(value),
            place: self.place.clone(),
            key_place: self.key_place.clone(),
            path: self.path.key(key),
            context: self.context,
        }
    }

    pub(super) fn as_table_like(&self) -> Option<&'d dyn TableLike> {
        match self.form {
            Form::Table(table) => Some(table),
            _ => None,
        }
    }

    fn value(&self) -> Option<&'d Value> {
        match self.form {
            Form::Value(value) => Some(value),
            _ => None,
        }
    }

    fn item(&self, index: usize, form: Form<'d>, place: Option<Place>) -> Node<'d> {
        let place = place.unwrap_or_else(|| self.place.clone());
        let key_place = place.clone();
        Node { form, place, key_place, path: self.path.item(index), context: self.context }
    }

    /// Where the value stands; of a value that is not written, where its table stands.
    pub fn place(&self) -> Place {
        self.place.clone()
    }

    /// Where the value's key stands; of an item of a list, the item itself.
    pub fn key_place(&self) -> Place {
        self.key_place.clone()
    }

    /// The dotted path from the root, as a user writes it.
    pub fn path(&self) -> &str {
        self.path.as_str()
    }

    /// The path, step by step.
    pub fn steps(&self) -> &Path {
        &self.path
    }

    /// The context that gathers what is found.
    pub fn context(&self) -> &'d Context<'d> {
        self.context
    }

    /// Is it a text?
    pub fn is_text(&self) -> bool {
        self.peek_text().is_some()
    }

    /// Is it a number, whole or not?
    pub fn is_number(&self) -> bool {
        self.value().is_some_and(|value| value.is_integer() || value.is_float())
    }

    /// Is it a date or a time, which TOML has without quotes?
    pub fn is_date(&self) -> bool {
        self.value().is_some_and(Value::is_datetime)
    }

    /// Is it a table, however written?
    pub fn is_table(&self) -> bool {
        matches!(self.form, Form::Table(_) | Form::Nothing)
    }

    /// Is it a list, however written?
    pub fn is_list(&self) -> bool {
        matches!(self.form, Form::Tables(_)) || self.value().is_some_and(Value::is_array)
    }

    /// The keys of a table.
    pub fn table(&self) -> Option<Table<'d>> {
        if self.is_table() {
            return Some(Table::new(self.clone()));
        }
        self.expected("a table", None)
    }

    /// The items of a list, in order.
    pub fn list(&self) -> Option<Vec<Node<'d>>> {
        match self.form {
            Form::Tables(tables) => Some(
                tables
                    .iter()
                    .enumerate()
                    .map(|(i, table)| self.item(i, Form::Table(table), table.span()))
                    .collect(),
            ),
            Form::Value(Value::Array(items)) => {
                let node =
                    |(i, value): (usize, &'d Value)| self.item(i, Form::of(value), value.span());
                Some(items.iter().enumerate().map(node).collect())
            }
            _ => self.expected("a list", None),
        }
    }

    fn peek_text(&self) -> Option<&'d str> {
        self.value().and_then(Value::as_str)
    }

    /// The text.
    pub fn text(&self) -> Option<&'d str> {
        self.peek_text().or_else(|| self.expected("a text in quotes", None))
    }

    /// The number, whole or not; never NaN or infinite.
    pub fn number(&self) -> Option<f64> {
        let value = self.value();
        let whole = value.and_then(Value::as_integer).map(|whole| whole as f64);
        match whole.or_else(|| value.and_then(Value::as_float)) {
            Some(number) if number.is_finite() => Some(number),
            Some(_) => self.expected("a finite number", None),
            None => self.expected("a number", None),
        }
    }

    /// The whole number, which may be negative.
    pub fn integer(&self) -> Option<i64> {
        let whole = self.value().and_then(Value::as_integer);
        whole.or_else(|| self.expected("a whole number", None))
    }

    /// The whole number, zero or more.
    pub fn whole(&self) -> Option<u64> {
        match u64::try_from(self.integer()?) {
            Ok(whole) => Some(whole),
            Err(_) => self.expected("a whole number of zero or more", None),
        }
    }

    /// True or false.
    pub fn flag(&self) -> Option<bool> {
        let flag = self.value().and_then(Value::as_bool);
        flag.or_else(|| self.expected("true or false", None))
    }

    /// One of several things, named by the key it is written under: a table with exactly one key,
    /// or the bare name, which leaves all its parameters at their defaults.
    ///
    /// The node stands for the parameters; its [`key_place`](Self::key_place) is where the name is.
    pub fn choice(&self) -> Option<(&'d str, Node<'d>)> {
        if let Some(name) = self.peek_text() {
            let path = self.path.key(name);
            let key_place = self.place.clone();
            return Some((name, Node { form: Form::Nothing, path, key_place, ..self.clone() }));
        }
        let Some(table) = self.as_table_like() else {
            return self.expected("a name, or a table with one name in it", None);
        };
        let mut keys: Vec<_> = table.iter().filter_map(|(k, _)| table.get_key_value(k)).collect();
        keys.sort_by_key(|(key, _)| key.span().map_or(0, |span| span.start));
        match keys.as_slice() {
            [(key, item)] => Some((key.get(), self.child(key, item))),
            [] => self.expected("one name in this table", None),
            [_, (second, _), ..] => {
                let names: Vec<&str> = keys.iter().map(|(key, _)| key.get()).collect();
                self.context.report(Mistake {
                    place: second.span().unwrap_or_else(|| self.place()),
                    message: format!("`{}`: only one of {} can be", self.path, list_of(&names)),
                    label: String::from("a second choice"),
                    help: Some(String::from("keep one and remove the others")),
                    inside: None,
                });
                None
            }
        }
    }

    /// The bytes of the file whose path is written here.
    pub fn file(&self) -> Option<Vec<u8>> {
        let name = self.text()?;
        match self.context.files().bytes(name) {
            Ok(bytes) => Some(bytes),
            Err(why) => {
                let message =
                    format!("`{}`: cannot read the file {}: {why}", self.path, quoted(name));
                let help = "a path is relative to the scenario's file";
                self.mistake(message, "this file", String::from(help));
                None
            }
        }
    }

    /// What is written here, for a sentence: "the number 30", "the text \"abc\"".
    pub fn found(&self) -> String {
        match self.form {
            Form::Table(table) if table.is_empty() => String::from("an empty table"),
            Form::Table(_) => String::from("a table"),
            Form::Tables(tables) => format!("a list of {}", tables.len()),
            Form::Value(Value::Array(items)) if items.is_empty() => String::from("an empty list"),
            Form::Value(Value::Array(items)) => format!("a list of {}", items.len()),
            Form::Nothing => String::from("nothing"),
            Form::Value(Value::String(text)) => {
                let text = text.value();
                match text.char_indices().nth(40) {
                    Some((end, _)) => {
                        format!("the text {}", quoted(&format!("{}...", &text[..end])))
                    }
                    None => format!("the text {}", quoted(text)),
                }
            }
            Form::Value(Value::Integer(number)) => format!("the number {}", number.value()),
            Form::Value(Value::Float(number)) => format!("the number {:?}", number.value()),
            Form::Value(Value::Boolean(flag)) => flag.value().to_string(),
            Form::Value(Value::Datetime(when)) => format!("the date or time {}", when.value()),
            Form::Value(Value::InlineTable(_)) => String::from("a table"),
        }
    }

    /// Reports that something else was expected here, and gives nothing.
    pub fn expected<T>(&self, what: &str, help: Option<String>) -> Option<T> {
        let at = if self.path().is_empty() { String::new() } else { format!("`{}`: ", self.path) };
        let message = format!("{at}expected {what}, found {}", self.found());
        self.mistake(message, format!("expected {what}"), help);
        None
    }

    /// Reports a mistake at this value.
    pub fn mistake(
        &self,
        message: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<Option<String>>,
    ) {
        let (message, label, help) = (message.into(), label.into(), help.into());
        self.context.report(Mistake { place: self.place(), message, label, help, inside: None });
    }
}
