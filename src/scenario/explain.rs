//! `check --explain`: a scenario with every default written out.
//!
//! The user's text stays, with its comments. Every line that was added, or that a default made,
//! ends with the comment `# default`. An inline table that receives defaults is spread over dotted
//! keys, one a line; where that cannot be (inside a list, or around comments of its own), the
//! defaults go into it and the comment names them: `# default: [0].queue`.
//!
//! Invariant: the result reads as the same scenario, and nothing in it is left to fill in.

use toml_edit::{Decor, DocumentMut, Item, Table, Value};

use super::edit;
use crate::base::read::{Filled, Path, Step};

/// The comment on a line that the user did not write.
const DEFAULT: &str = "default";

/// `text`, a document that has been read, with the defaults that reading it filled in.
///
/// # Panics
/// If `text` is not TOML, or if `filled` does not come from reading it.
pub fn explain(text: &str, filled: &[Filled]) -> String {
    let mut document: DocumentMut = text.parse().expect("the document has been read before");
    for Filled { path, value } in filled {
        let mut value: Value = value.parse().expect("a default is valid TOML");
        value.decor_mut().clear();
        let root = document.as_table_mut();
        edit::insert(root, &Path::default(), path.steps(), value)
            .expect("a default was absent from a table that is there");
        mark(root, path.steps());
    }
    document.to_string()
}

/// Writes the comment behind the value at `steps` below `table`, which it puts on a line of its own
/// if it can.
fn mark(table: &mut Table, steps: &[Step]) {
    let (Step::Key(key), rest) = steps.split_first().expect("a default has a key") else {
        unreachable!("a table has keys");
    };
    if !rest.is_empty() && can_be_spread(&table[key.as_str()]) {
        spread(table, key);
    }
    match (&mut table[key.as_str()], rest) {
        (Item::Table(inner), _) => mark(inner, rest),
        (Item::ArrayOfTables(tables), [Step::Item(index), rest @ ..]) => {
            mark(tables.get_mut(*index).expect("the item has been read"), rest);
        }
        (Item::Value(value), []) => comment(value.decor_mut(), DEFAULT),
        (Item::Value(value), rest) => {
            let within = rest.iter().fold(Path::default(), |path, step| match step {
                Step::Key(key) => path.key(key),
                Step::Item(index) => path.item(*index),
            });
            comment(value.decor_mut(), &format!("{DEFAULT}: {within}"));
        }
        _ => unreachable!("the default was written here just now"),
    }
}

/// An inline table with no comments inside.
fn can_be_spread(item: &Item) -> bool {
    match item {
        Item::Value(value @ Value::InlineTable(_)) => {
            !value.clone().decorated("", "").to_string().contains(['#', '\n'])
        }
        _ => false,
    }
}

/// Adds `text` to the comment at the end of a line.
fn comment(decor: &mut Decor, text: &str) {
    let suffix = suffix(decor);
    match suffix.trim() {
        "" => decor.set_suffix(format!(" # {text}")),
        // A default inside a default has one comment.
        old if old == format!("# {text}") => {}
        old => decor.set_suffix(format!(" {old}, {text}")),
    }
}

fn suffix(decor: &Decor) -> String {
    decor.suffix().and_then(|raw| raw.as_str()).unwrap_or_default().to_owned()
}

/// Turns `key = { a = 1, b = 2 }` into `key.a = 1` and `key.b = 2`. A comment of the user's behind
/// it moves above it.
fn spread(table: &mut Table, key: &str) {
    let Item::Value(Value::InlineTable(inline)) = std::mem::take(&mut table[key]) else {
        unreachable!("only inline tables are spread");
    };
    let note = suffix(inline.decor());
    let is_default = note.trim() == format!("# {DEFAULT}");
    let mut name = table.key_mut(key).expect("the key is there");
    let above = name.leaf_decor().prefix().and_then(|raw| raw.as_str()).unwrap_or_default();
    let above = match note.trim() {
        note if note.is_empty() || is_default => above.to_owned(),
        note => format!("{above}{note}\n"),
    };
    name.leaf_decor_mut().clear();
    let mut inner = inline.into_table();
    inner.set_dotted(true);
    inner.set_implicit(true);
    for (i, (mut name, item)) in inner.iter_mut().enumerate() {
        name.leaf_decor_mut().clear();
        if i == 0 {
            name.leaf_decor_mut().set_prefix(above.as_str());
        }
        let value = item.as_value_mut().expect("an inline table holds values");
        value.decor_mut().clear();
        if is_default {
            comment(value.decor_mut(), DEFAULT);
        }
    }
    table[key] = Item::Table(inner);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::read::{Document, NoFiles, Node, Read};

    /// A pool: its agents; the order of its queue, a choice with parameters; its limits; its steps.
    #[derive(Debug, PartialEq)]
    struct Pool(u32, Order, Vec<u32>, Vec<Order>);

    #[derive(Debug, PartialEq)]
    struct Order(String, u32, u32);

    impl Read for Pool {
        fn read(node: &Node<'_>) -> Option<Self> {
            let mut table = node.table()?;
            let agents = table.need("agents");
            let order = table.or_choice("order", "fair");
            let limits = table.or_toml("limits", "[1, 2]");
            let steps = table.or("steps", Steps(Vec::new()));
            table.finish();
            Some(Pool(agents?, order?, limits?, steps.0))
        }
    }

    impl Read for Order {
        fn read(node: &Node<'_>) -> Option<Self> {
            let (name, inner) = node.choice()?;
            let mut table = inner.table()?;
            let order = Order(name.to_owned(), table.or("weight", 1), table.or("share", 5));
            table.finish();
            Some(order)
        }
    }

    struct Steps(Vec<Order>);

    impl Read for Steps {
        fn read(node: &Node<'_>) -> Option<Self> {
            Vec::read(node).map(Steps)
        }
    }

    impl crate::base::read::Show for Steps {
        fn show(&self) -> String {
            assert!(self.0.is_empty());
            String::from("[]")
        }
    }

    type Pools = std::collections::BTreeMap<String, Pool>;

    /// `text` explained is `expected`, which means the same and needs no defaults.
    fn check(text: &str, expected: &str) {
        let read = |text| Document::parse(text).unwrap().read::<Pools>(&NoFiles).unwrap();
        let (pools, filled) = read(text);
        let explained = explain(text, &filled);
        assert_eq!(explained, expected);
        let (again, filled) = read(&explained);
        assert_eq!((again, filled), (pools, vec![]));
    }

    #[test]
    fn defaults_are_added_below_what_the_user_wrote() {
        check(
            "# Two pools.\n\n[a] # the first\n# Enough.\nagents = 3 # three\n\n[b]\nagents = 4\n",
            "# Two pools.\n\n[a] # the first\n# Enough.\nagents = 3 # three\n\
             order.fair.weight = 1 # default\norder.fair.share = 5 # default\n\
             limits = [1, 2] # default\nsteps = [] # default\n\n\
             [b]\nagents = 4\n\
             order.fair.weight = 1 # default\norder.fair.share = 5 # default\n\
             limits = [1, 2] # default\nsteps = [] # default\n",
        );
    }

    /// A pool where only the parameters of the order are left to fill in.
    fn check_order(text: &str, expected: &str) {
        let rest = "[a]\nagents = 3\nlimits = []\nsteps = []\n";
        check(&format!("{rest}{text}"), &format!("{rest}{expected}"));
    }

    #[test]
    fn inline_tables_are_spread_over_lines() {
        for text in ["order.fifo = { weight = 2 }\n", "order = { fifo = { weight = 2 } }\n"] {
            check_order(text, "order.fifo.weight = 2\norder.fifo.share = 5 # default\n");
        }
        check_order(
            "order = { fifo.weight = 2 }",
            "order.fifo.weight = 2\norder.fifo.share = 5 # default\n",
        );
        check_order(
            "# Why.\norder.fifo = {} # mine",
            "# Why.\n# mine\norder.fifo.weight = 1 # default\norder.fifo.share = 5 # default\n",
        );
    }

    #[test]
    fn a_bare_name_opens() {
        check_order(
            "order = 'fifo' # mine\n",
            "# mine\norder.fifo.weight = 1 # default\norder.fifo.share = 5 # default\n",
        );
    }

    #[test]
    fn a_table_with_a_header_is_filled_there() {
        check_order(
            "\n[a.order.fifo]\nshare = 7\n",
            "\n[a.order.fifo]\nshare = 7\nweight = 1 # default\n",
        );
        check_order(
            "[a.order.fifo]",
            "[a.order.fifo]\nweight = 1 # default\nshare = 5 # default\n",
        );
    }

    #[test]
    fn inside_a_list_the_comment_names_the_defaults() {
        let order = "order.fifo.weight = 1\norder.fifo.share = 1\n";
        check(
            &format!(
                "[a]\nagents = 3\nlimits = []\n{order}steps = ['x', {{ y.share = 2 }}] # two\n"
            ),
            &format!(
                "[a]\nagents = 3\nlimits = []\n{order}\
                 steps = [{{ x = {{ weight = 1, share = 5 }} }}, {{ y.share = 2, y.weight = 1 }}] \
                 # two, default: [0].x.weight, default: [0].x.share, \
                 default: [1].y.weight\n"
            ),
        );
        check(
            &format!("[a]\nagents = 3\nlimits = []\n{order}[[a.steps]]\ny.share = 2\n"),
            &format!(
                "[a]\nagents = 3\nlimits = []\n{order}[[a.steps]]\ny.share = 2\n\
                 y.weight = 1 # default\n"
            ),
        );
    }

    #[test]
    fn what_is_complete_stays_as_it_is() {
        let order = "order = { fifo = { weight = 1, share = 2 } }";
        let text = format!("a = {{ agents=3, {order}, limits = [], steps = [] }}");
        check(&text, &format!("{text}\n"));
    }

    #[test]
    fn an_inline_pool_is_spread_too() {
        check(
            "a = { agents = 3, order.fifo = { weight = 1 }, limits = [] } # one",
            "# one\na.agents = 3\na.order.fifo.weight = 1\na.order.fifo.share = 5 # default\n\
             a.limits = []\na.steps = [] # default\n",
        );
    }
}
