//! `--set path.to.key=value`: changes to a scenario's text before it is read.
//!
//! A path is keys joined by dots, quoted where TOML needs it (`shifts."07:00"`). A value is TOML;
//! what is not TOML, and times of day, are texts, so that `30s`, `random` and `10:00` need no
//! quotes on a command line. The user's comments and layout stay. What the change means is for the
//! reader to judge: writing a second choice beside a first one is possible here, and a mistake
//! there.

use toml_edit::{DocumentMut, Key, Value};

use super::edit;
use crate::base::read::{Path, Step};

/// `text` with all of `sets`, (path, value), applied in order.
///
/// # Errors
/// A sentence for the user: the text or a path is not TOML, or a value that is not a table is in
/// the way of a path.
pub fn apply(text: &str, sets: &[(String, String)]) -> Result<String, String> {
    let mut document: DocumentMut =
        text.parse().map_err(|error: toml_edit::TomlError| String::from(error.message()))?;
    for (path, value) in sets {
        let steps = steps_of(path).map_err(|why| format!("cannot set `{path}`: {why}"))?;
        edit::insert(document.as_table_mut(), &Path::default(), &steps, value_of(value))
            .map_err(|why| format!("cannot set `{path}`: {why}"))?;
    }
    Ok(document.to_string())
}

fn steps_of(path: &str) -> Result<Vec<Step>, String> {
    let keys = Key::parse(path).map_err(|error| format!("not a path: {}", error.message()))?;
    Ok(keys.iter().map(|key| Step::Key(key.get().to_owned())).collect())
}

fn value_of(text: &str) -> Value {
    match text.trim().parse::<Value>() {
        Ok(Value::Datetime(_)) | Err(_) => Value::from(text),
        Ok(mut value) => {
            value.decor_mut().clear();
            value
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Setting `path` to `value` in `text` gives `expected`.
    fn check(text: &str, path: &str, value: &str, expected: &str) {
        let sets = [(String::from(path), String::from(value))];
        assert_eq!(apply(text, &sets).as_deref(), Ok(expected), "{path}={value}");
        expected.parse::<DocumentMut>().expect("the result is TOML");
    }

    fn refuse(text: &str, path: &str, why: &str) {
        let sets = [(String::from(path), String::from("1"))];
        assert_eq!(apply(text, &sets), Err(format!("cannot set `{path}`: {why}")));
    }

    #[test]
    fn a_value_is_replaced_in_its_place_and_keeps_its_comment() {
        let text = "# Top.\nseed = 1 # why\n\n[pools.a]\n  agents   =  3   # three\nspeed = 1.0\n";
        let expected = text.replace("3 ", "5 ");
        check(text, "pools.a.agents", "5", &expected);
        check(text, "seed", "42", &text.replace("seed = 1", "seed = 42"));
        let text = "[a]\nwork = { mean = \"8s\", cv = 0.6 } # drawn\n";
        check(text, "a.work.cv", "1", &text.replace("0.6", "1"));
        check(text, "a.work", "9s", "[a]\nwork = \"9s\" # drawn\n");
        check("x.y = 1 # one", "x.y", "2", "x.y = 2 # one\n");
    }

    #[test]
    fn a_value_is_toml_or_else_a_text() {
        for (value, toml) in [
            ("5", "5"),
            (" 0.5 ", "0.5"),
            ("true", "true"),
            ("[1, 2]", "[1, 2]"),
            ("{ mean = \"8s\" }", "{ mean = \"8s\" }"),
            ("\"5\"", "\"5\""),
            ("30s", "\"30s\""),
            ("random", "\"random\""),
            ("120/min", "\"120/min\""),
            ("10:00", "\"10:00\""),
            ("", "\"\""),
            ("1 # no", "\"1 # no\""),
            ("1\nx = 2", "\"\"\"\n1\nx = 2\"\"\""),
        ] {
            check("x = 0\n", "x", value, &format!("x = {toml}\n"));
        }
    }

    #[test]
    fn a_choice_replaced_as_a_whole_leaves_nothing_behind() {
        let expected = "[pools.a]\nagents = 1\ndispatch = \"random\"\n\n[pools.b]\n";
        for text in [
            "[pools.a]\nagents = 1\n[pools.a.dispatch.scored]\nweights = 1\n\n[pools.b]\n",
            "[pools.a]\nagents = 1\ndispatch.scored.weights = 1\n\n[pools.b]\n",
            "[pools.a]\nagents = 1\ndispatch.scored = {}\n\n[pools.b]\n",
        ] {
            check(text, "pools.a.dispatch", "random", expected);
        }
        check("[a.dispatch]\nscored = 1\n", "a.dispatch", "random", "[a]\ndispatch = \"random\"\n");
    }

    #[test]
    fn a_second_choice_is_left_to_the_reader() {
        check(
            "[a]\ndispatch.random = {}\n",
            "a.dispatch.scored.k",
            "1",
            "[a]\ndispatch.random = {}\ndispatch.scored.k = 1\n",
        );
    }

    #[test]
    fn tables_that_are_missing_are_made() {
        check("", "monitor.period", "10s", "[monitor]\nperiod = \"10s\"\n");
        check("seed = 1\n", "a.b.c", "1", "seed = 1\n\n[a.b]\nc = 1\n");
        check("[pools.a]\nx = 1\n", "pools.b.x", "2", "[pools.a]\nx = 1\n\n[pools.b]\nx = 2\n");
        check("[a]\nx = 1\n", "a.limits.low", "2", "[a]\nx = 1\nlimits.low = 2\n");
        check("a.b = 1\n", "a.c.d", "2", "a.b = 1\na.c.d = 2\n");
        check("a = { b = 1 }\n", "a.c.d", "2", "a = { b = 1, c = { d = 2 } }\n");
        check("a = {}\n", "a.\"07:00\"", "4", "a = { \"07:00\" = 4 }\n");
    }

    #[test]
    fn a_bare_name_opens_when_something_is_set_inside_it() {
        check(
            "[a]\ndispatch = \"scored\" # best\n",
            "a.dispatch.scored.k",
            "2",
            "[a]\ndispatch = { scored = { k = 2 } } # best\n",
        );
        let why = "`a.dispatch` is \"random\": nothing can be set inside it";
        refuse("[a]\ndispatch = \"random\" # any\n", "a.dispatch.scored.k", why);
    }

    #[test]
    fn what_is_in_the_way_is_named() {
        refuse("a = 5\n", "a.b", "`a` is 5: nothing can be set inside it");
        refuse("a = [1]\n", "a.b", "`a` is a list: nothing can be set inside it");
        refuse("[[a]]\n", "a.b", "`a` is a list: nothing can be set inside it");
        refuse("a = { b = true }\n", "a.b.c.d", "`a.b` is true: nothing can be set inside it");
        refuse(
            "",
            "",
            "not a path: unquoted keys cannot be empty, expected letters, numbers, `-`, `_`",
        );
    }

    #[test]
    fn changes_are_applied_in_order() {
        let sets = [("a", "1"), ("b.c", "x"), ("a", "2")].map(|(p, v)| (p.into(), v.into()));
        assert_eq!(apply("", &sets).as_deref(), Ok("a = 2\n\n[b]\nc = \"x\"\n"));
        assert!(apply("a = ", &sets).is_err());
    }
}
