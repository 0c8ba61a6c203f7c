//! Tests of reading YAML: places, forms, refusals, and that no text makes it panic.

use std::collections::BTreeMap;

use super::{Document, Node};
use crate::base::read::{Context, Document as Toml, Mistake, Place};

/// What `read` makes of the file `text`, and the mistakes.
fn open<T>(text: &[u8], read: impl Fn(&Document<'_>) -> T) -> (Option<T>, Vec<Mistake>) {
    let files = BTreeMap::from([(String::from("a.yaml"), text.to_vec())]);
    let toml = Toml::parse("file = 'a.yaml'").unwrap();
    let context = Context::new(&files);
    let mut table = toml.root(&context).table().unwrap();
    let node = table.node("file").unwrap();
    let value = Document::open(&node).map(|document| read(&document));
    drop(table);
    let (mistakes, _) = context.finish();
    (value, mistakes)
}

/// The mistakes, each with the text it stands at.
fn mistakes(text: &str, read: impl Fn(&Node<'_>)) -> Vec<(String, String)> {
    let (_, mistakes) = open(text.as_bytes(), |document| {
        if let Some(root) = document.root() {
            read(&root);
        }
    });
    let shown = mistakes.into_iter().map(|mistake| {
        assert_eq!(mistake.place, 7..15, "the scenario refers to the file there");
        let inside = mistake.inside.expect("it stands in the file");
        (mistake.message, text[inside.place].to_string())
    });
    shown.collect()
}

fn message(text: &str, read: impl Fn(&Node<'_>)) -> (String, String) {
    let mut all = mistakes(text, read);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

#[test]
fn values_have_their_forms_and_places() {
    let text = "é: # first\n  - a: 1\n    b: 'x''y'\n  - null\nflow: {k: [1, two]}\n";
    let (read, mistakes) = open(text.as_bytes(), |document| {
        let root = document.root().unwrap();
        let rows = root.table().unwrap().entries();
        let (name, list) = &rows[0];
        assert_eq!((*name, &text[list.key_place()]), ("é", "é"));
        let items = list.list().unwrap();
        let mut first = items[0].table().unwrap();
        let (a, b) = (first.need("a").unwrap(), first.need("b").unwrap());
        first.finish();
        assert_eq!((a.whole(), a.path(), &text[a.place()]), (Some(1), "é[0].a", "1"));
        assert_eq!((b.text(), &text[b.place()]), (Some("x'y"), "'x''y'"));
        assert!(items[1].is_null());
        let flow = &rows[1].1;
        assert_eq!(&text[flow.place()], "{k: [1, two]}");
        let mut table = flow.table().unwrap();
        let inner = table.need("k").unwrap();
        table.finish();
        assert_eq!(inner.list().unwrap()[1].text(), Some("two"));
        assert_eq!(&text[inner.place()], "[1, two]");
    });
    assert_eq!((read, mistakes), (Some(()), Vec::new()));
}

#[test]
fn what_is_not_as_expected_says_so_at_its_place() {
    let text = "a: soon\n";
    let read = |root: &Node<'_>| {
        let mut table = root.table().unwrap();
        table.need("a").unwrap().whole();
        table.finish();
    };
    let whole = "`a`: expected a whole number of zero or more, found \"soon\"";
    assert_eq!(message(text, read), (whole.to_string(), "soon".to_string()));
    assert_eq!(message("a: '5'\n", read).1, "'5'", "a text is no number");
    assert_eq!(message("a: [1]\n", read).1, "[1]");
    let text = "- 1\n";
    let read = |root: &Node<'_>| assert!(root.table().is_none());
    let table = "expected a table of keys and values, found a list of 1".to_string();
    assert_eq!(message(text, read), (table, "- 1".to_string()));
}

#[test]
fn unknown_and_missing_keys_are_reported_once() {
    let read = |root: &Node<'_>| {
        let mut table = root.table().unwrap();
        let _ = (table.need("alert"), table.need("expr"), table.node("for"));
        table.finish();
    };
    let all = mistakes("alerts: x\nzz: 1\n", read);
    let messages: Vec<&str> = all.iter().map(|(message, _)| message.as_str()).collect();
    assert_eq!(messages, ["unknown key `alerts`", "missing key `expr`", "unknown key `zz`"]);
    assert_eq!(all[0].1, "alerts");
    assert_eq!(message("alert: x\nexpr:\n", read).0, "missing key `expr`", "no value, no key");
}

#[test]
fn yaml_that_is_refused() {
    let quiet = |_: &Node<'_>| {};
    for (text, why, at) in [
        ("a: &x 1\n", "anchors are not read", "&x 1"),
        ("a: !!str 1\n", "tags are not read", "!!str 1"),
        ("a: 1\na: 2\n", "the key `a` is written twice", "a"),
        ("? [1]\n: 2\n", "a key is a plain text", "[1]"),
        ("a: 1\n---\nb: 2\n", "only one document can be in this file", "b: 2"),
        ("", "the file is empty", ""),
        ("# nothing\n", "the file is empty", ""),
    ] {
        assert_eq!(message(text, quiet), (why.to_string(), at.to_string()), "{text:?}");
    }
    let (shown, _) = message("a: [1, 2\nb: 3\n", quiet);
    assert!(shown.starts_with("this is not valid YAML: "), "{shown}");
    for deep in ["[", "- ", "{a: ", "? ", "a:\n "] {
        assert!(!mistakes(&deep.repeat(20_000), quiet).is_empty(), "{deep}");
    }
    let (_, found) = open(b"a: \xFF\n", |_| ());
    assert_eq!(found[0].message, "the file is not UTF-8 text");
    assert_eq!(found[0].inside.as_ref().unwrap().place, 3..4);
}

/// Where `part` of the text of `e` stands in the file.
fn part(text: &str, part: &str) -> Place {
    let (place, _) = open(text.as_bytes(), |document| {
        let root = document.root().unwrap();
        let mut table = root.table().unwrap();
        let node = table.need("e").unwrap();
        table.finish();
        let value = node.text().unwrap();
        let start = value.find(part).expect("the part is there");
        node.tree().part(text, &(start..start + part.len()))
    });
    place.unwrap()
}

#[test]
fn a_part_of_a_text_has_its_place_however_it_is_written() {
    for text in [
        "e: sum(rate(x[5m])) > bad\n",
        "e: 'sum(x{a=''1''}) > bad'\n",
        "e: \"sum(x{a=\\\"1\\\"}) > bad\"\n",
        "e: |\n    sum(x)\n      >\n    bad\nf: bad\n",
        "e: >-\n    sum(x)\n    > bad\nf: bad\n",
        "\u{FEFF}e: ü > bad # bad\r\n",
        "e: sum(x)\n  > bad\n",
    ] {
        let place = part(text, "bad");
        assert_eq!(place.start, text.find("bad").unwrap(), "{text:?}");
        assert_eq!(&text[place], "bad");
    }
    assert_eq!(part("e: \"\\u0041 > bad\"\n", "bad"), 3..17, "an escape hides the place");
}

#[test]
fn no_text_makes_it_panic() {
    let seed =
        "groups:\n- name: 'a'\n  rules:\n  - expr: |\n      x > 1\n    l: {a: \"b\", c: [1]}\n";
    let pieces =
        ["\n", " ", "-", ":", "'", "\"", "|", ">", "{", "}", "[", "]", "&a", "*a", "!", "ü"];
    for at in 0..=seed.len() {
        for piece in pieces {
            for removed in 0..3 {
                let end = (at + removed).min(seed.len());
                let text = format!("{}{piece}{}", &seed[..at], &seed[end..]);
                let (_, found) = open(text.as_bytes(), |document| {
                    if let Some(root) = document.root() {
                        walk(&root, &text);
                    }
                });
                for mistake in found {
                    let place = mistake.inside.expect("it stands in the file").place;
                    assert!(text.get(place.clone()).is_some(), "{place:?} in {text:?}");
                }
            }
        }
    }
}

#[test]
fn a_line_break_that_is_written_otherwise_has_its_place() {
    let text = "b \n\u{85}c\n";
    let (read, _) = open(text.as_bytes(), |document| walk(&document.root().unwrap(), text));
    assert_eq!(read, Some(()));
}

fn walk(node: &Node<'_>, text: &str) {
    assert!(text.get(node.place()).is_some(), "{:?} in {text:?}", node.place());
    if node.is_table() {
        node.table().unwrap().entries().iter().for_each(|(_, value)| walk(value, text));
    } else if let Some(items) = node.list() {
        items.iter().for_each(|item| walk(item, text));
    } else if let Some(value) = node.text() {
        for end in (0..=value.len()).filter(|end| value.is_char_boundary(*end)) {
            let place = node.tree().part(text, &(0..end));
            assert!(text.get(place.clone()).is_some(), "{place:?} in {text:?}");
        }
    }
}
