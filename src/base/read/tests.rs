//! What reading a document finds, and where.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use super::*;

/// Reads the key `x` of `text` as a `T`: the value, or each mistake as "place text: message".
fn read_x<T: Read>(text: &str) -> Result<T, Vec<String>> {
    struct Root<T>(T);
    impl<T: Read> Read for Root<T> {
        fn read(node: &Node<'_>) -> Option<Self> {
            let mut table = node.table()?;
            let x = table.need("x");
            table.finish();
            Some(Root(x?))
        }
    }
    let document = Document::parse(text).map_err(|mistake| vec![line(text, &mistake)])?;
    match document.read::<Root<T>>(&NoFiles) {
        Ok((root, _)) => Ok(root.0),
        Err(mistakes) => Err(mistakes.iter().map(|mistake| line(text, mistake)).collect()),
    }
}

fn line(text: &str, mistake: &Mistake) -> String {
    format!("<{}> {}", &text[mistake.place.clone()], mistake.message)
}

/// `read_x` finds exactly this one mistake.
fn check<T: Read + std::fmt::Debug>(text: &str, mistake: &str) {
    assert_eq!(read_x::<T>(text).expect_err(text), [mistake], "{text}");
}

/// A pool with one required key, an optional one, one with a default, and a nested table.
#[derive(Debug, PartialEq)]
struct Pool {
    agents: u32,
    speed: Option<f64>,
    queue: String,
    limits: Limits,
}

#[derive(Debug, PartialEq)]
struct Limits {
    low: u32,
    high: u32,
}

impl Read for Pool {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let agents = table.need("agents");
        let speed = table.maybe("speed");
        let queue = table.or("queue", String::from("line"));
        let limits = table.or_empty("limits");
        table.finish();
        Some(Pool { agents: agents?, speed, queue, limits: limits? })
    }
}

impl Read for Limits {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let (low, high) = (table.or("low", 1), table.or("high", 9));
        table.finish();
        Some(Limits { low, high })
    }
}

#[test]
fn plain_values_read() {
    assert_eq!(read_x("x = 3"), Ok(3u32));
    assert_eq!(read_x("x = 3"), Ok(3.0f64));
    assert_eq!(read_x("x = -2.5e3"), Ok(-2500.0));
    assert_eq!(read_x("x = 9223372036854775807"), Ok(9_223_372_036_854_775_807u64));
    assert_eq!(read_x("x = true"), Ok(true));
    assert_eq!(read_x("x = 'a\"b'"), Ok(String::from("a\"b")));
    assert_eq!(read_x("x = [1, 2]"), Ok(vec![1u32, 2]));
    let map = BTreeMap::from([(String::from("a"), 1u32), (String::from("b"), 2)]);
    assert_eq!(read_x("x.b = 2\nx.a = 1"), Ok(map));
}

#[test]
fn a_wrong_form_says_what_was_expected_and_found() {
    check::<u32>("x = 3.0", "<3.0> `x`: expected a whole number, found the number 3.0");
    check::<u32>(
        "x = -1",
        "<-1> `x`: expected a whole number of zero or more, found the number -1",
    );
    check::<u32>(
        "x = 4294967296",
        "<4294967296> `x`: expected a whole number of at most 4294967295, \
         found the number 4294967296",
    );
    check::<NonZeroU32>("x = 0", "<0> `x`: expected at least 1, found the number 0");
    check::<f64>("x = nan", "<nan> `x`: expected a finite number, found the number NaN");
    check::<f64>("x = -inf", "<-inf> `x`: expected a finite number, found the number -inf");
    check::<f64>("x = '1'", "<'1'> `x`: expected a number, found the text \"1\"");
    check::<bool>("x = 'yes'", "<'yes'> `x`: expected true or false, found the text \"yes\"");
    check::<String>(
        "x = 10:00:00",
        "<10:00:00> `x`: expected a text in quotes, found the date or time 10:00:00",
    );
    check::<String>("x = {}", "<{}> `x`: expected a text in quotes, found an empty table");
    check::<Pool>("x = [1]", "<[1]> `x`: expected a table, found a list of 1");
    check::<Vec<u32>>("x = 1", "<1> `x`: expected a list, found the number 1");
}

#[test]
fn every_item_and_entry_is_read() {
    let found = read_x::<Vec<u32>>("x = [1, 'a', 2, true]").unwrap_err();
    assert_eq!(
        found,
        [
            "<'a'> `x[1]`: expected a whole number, found the text \"a\"",
            "<true> `x[3]`: expected a whole number, found true",
        ]
    );
    let found = read_x::<BTreeMap<String, u32>>("x = { '07:00' = 1.5, a = '' }").unwrap_err();
    assert_eq!(
        found,
        [
            "<1.5> `x.\"07:00\"`: expected a whole number, found the number 1.5",
            "<''> `x.a`: expected a whole number, found the text \"\"",
        ]
    );
}

#[test]
fn mistakes_stand_where_they_are_however_the_table_is_written() {
    let message = "`x.limits.low`: expected a whole number, found true";
    for text in [
        "x = { agents = 1, limits = { low = true } }",
        "x = { agents = 1, limits.low = true }",
        "x.agents = 1\nx.limits.low = true",
        "x.agents = 1\nx.limits = { low = true }",
        "[x]\nagents = 1\nlimits.low = true",
        "[x]\nagents = 1\n[x.limits]\nlow = true",
        "[x.limits]\nlow = true\n[x]\nagents = 1",
    ] {
        check::<Pool>(text, &format!("<true> {message}"));
    }
}

#[test]
fn a_missing_key_is_reported_at_its_table() {
    let message = "missing key `agents` in `x`";
    check::<Pool>("x = { speed = 2 }", &format!("<{{ speed = 2 }}> {message}"));
    check::<Pool>("[x]\nspeed = 2", &format!("<[x]> {message}"));
    check::<Pool>("x.speed = 2", &format!("<x> {message}"));
    check::<Pool>("[x.limits]\nlow = 2", &format!("<x> {message}"));
    check::<Pool>("", "<> missing key `x`");
    check::<Vec<Pool>>("x = [{}]", "<{}> missing key `agents` in `x[0]`");
    check::<Vec<Pool>>("[[x]]\n", "<[[x]]> missing key `agents` in `x[0]`");
}

#[test]
fn one_slip_is_one_mistake() {
    check::<Pool>("x = { agent = 2 }", "<agent> unknown key `x.agent`");
    check::<Pool>("[x]\nagents = 1\nlimit.low = 2", "<limit> unknown key `x.limit`");
    let document = Document::parse("x = { agents = 1, qeue = 'a', zebra = 1 }").unwrap();
    let context = Context::new(&NoFiles);
    let mut root = document.root(&context).table().unwrap();
    let pool: Option<Pool> = root.maybe("x");
    root.finish();
    assert!(pool.is_some());
    let (mistakes, _) = context.finish();
    let helps: Vec<_> = mistakes.iter().map(|m| m.help.clone().unwrap()).collect();
    let known = "known here: `agents`, `speed`, `queue` and `limits`";
    assert_eq!(helps, ["did you mean `queue`?", known]);
}

#[test]
fn a_table_let_go_early_still_says_what_is_missing() {
    #[derive(Debug)]
    struct Hasty;
    impl Read for Hasty {
        fn read(node: &Node<'_>) -> Option<Self> {
            let mut table = node.table()?;
            table.need::<u32>("first")?;
            table.need::<u32>("second")?;
            table.finish();
            Some(Hasty)
        }
    }
    check::<Hasty>("x = { firts = 1 }", "<{ firts = 1 }> missing key `first` in `x`");
}

#[test]
fn defaults_are_noted_with_their_paths() {
    let document = Document::parse("agents = 1\nlimits.high = 3").unwrap();
    let (pool, filled) = document.read::<Pool>(&NoFiles).unwrap();
    let limits = Limits { low: 1, high: 3 };
    assert_eq!(pool, Pool { agents: 1, speed: None, queue: String::from("line"), limits });
    let filled: Vec<_> = filled.iter().map(|f| format!("{} = {}", f.path, f.value)).collect();
    assert_eq!(filled, ["queue = \"line\"", "limits.low = 1"]);

    let document = Document::parse("agents = 1").unwrap();
    let (_, filled) = document.read::<Pool>(&NoFiles).unwrap();
    let filled: Vec<_> = filled.iter().map(|f| f.path.as_str()).collect();
    assert_eq!(filled, ["queue", "limits.low", "limits.high"]);
}

/// A choice: its name and how many keys its parameters have.
#[derive(Debug, PartialEq)]
struct Choice(String, usize);

impl Read for Choice {
    fn read(node: &Node<'_>) -> Option<Self> {
        let (name, inner) = node.choice()?;
        let known = ["fifo", "lifo"];
        if !known.contains(&name) {
            inner.context().report(Mistake::unknown(inner.key_place(), "order", name, known));
            return None;
        }
        let parameters = inner.table()?.entries().len();
        Some(Choice(name.to_owned(), parameters))
    }
}

#[test]
fn a_choice_is_a_name_or_a_table_with_one_key() {
    let fifo = |parameters| Ok(Choice(String::from("fifo"), parameters));
    assert_eq!(read_x("x = 'fifo'"), fifo(0));
    assert_eq!(read_x("x.fifo = {}"), fifo(0));
    assert_eq!(read_x("[x.fifo]\na = 1\nb = 2"), fifo(2));
    assert_eq!(read_x("x.fifo.a = 1"), fifo(1));
    check::<Choice>("x = 'fiof'", "<'fiof'> unknown order `fiof`");
    check::<Choice>("x.fiof.a = 1", "<fiof> unknown order `fiof`");
    check::<Choice>("x = {}", "<{}> `x`: expected one name in this table, found an empty table");
    check::<Choice>(
        "x = 1",
        "<1> `x`: expected a name, or a table with one name in it, found the number 1",
    );
    check::<Choice>(
        "[x]\nfifo = {}\nlifo = {}",
        "<lifo> `x`: only one of `fifo` and `lifo` can be",
    );
}

#[test]
fn a_choice_not_written_reads_as_its_bare_name() {
    let document = Document::parse("").unwrap();
    let context = Context::new(&NoFiles);
    let mut root = document.root(&context).table().unwrap();
    assert_eq!(root.or_choice("order", "fifo"), Some(Choice(String::from("fifo"), 0)));
    root.finish();
    let (mistakes, filled) = context.finish();
    assert_eq!(mistakes, []);
    assert_eq!((filled[0].path.as_str(), filled[0].value.as_str()), ("order", "\"fifo\""));
}

#[test]
fn what_is_not_toml_is_a_mistake_with_a_place() {
    for (text, place, help) in [
        ("x = 30s", "30s", Some("texts and durations are written in quotes: \"30s\"")),
        ("x = 5/s # five", "5/s", Some("texts and durations are written in quotes: \"5/s\"")),
        ("x = 99999999999999999999", "99999999999999999999", None),
        ("x = 1e999", "1e999", None),
        ("x = 1\nx = 2", "x", None),
        ("x = 'abc", "", None),
        ("[x", "", None),
        ("=", "", None),
        ("x = \u{1}", "\u{1}", None),
    ] {
        let mistake = Document::parse(text).expect_err(text);
        assert!(mistake.message.starts_with("this is not valid TOML: "), "{text}");
        assert_eq!((&text[mistake.place], mistake.help.as_deref()), (place, help), "{text}");
    }
}

#[test]
fn bytes_that_are_not_utf8_are_found() {
    let mistake = Document::from_bytes(b"x = 'a\xFFb'").unwrap_err();
    assert_eq!(mistake.place, 6..7);
    assert_eq!(mistake.label, "byte 0xFF is not UTF-8");
    assert!(Document::from_bytes(b"").is_ok());
}

#[test]
fn a_byte_order_mark_does_not_shift_places() {
    check::<u32>("\u{FEFF}x = true", "<true> `x`: expected a whole number, found true");
    assert!(Document::parse("\u{FEFF}").is_ok());
}

#[test]
fn mistakes_come_in_order_of_place_and_once() {
    let context = Context::new(&NoFiles);
    for (place, message) in [(5..6, "c"), (1..4, "b"), (1..2, "a"), (5..6, "c")] {
        let message = String::from(message);
        context.report(Mistake { place, message, label: String::new(), help: None, inside: None });
    }
    let messages: Vec<_> = context.finish().0.into_iter().map(|m| m.message).collect();
    assert_eq!(messages, ["a", "b", "c"]);
}

#[test]
fn files_are_opened_through_the_context() {
    let files = BTreeMap::from([(String::from("a.csv"), b"q,value".to_vec())]);
    let document = Document::parse("a = 'a.csv'\nb = 'b.csv'").unwrap();
    let context = Context::new(&files);
    let mut root = document.root(&context).table().unwrap();
    assert_eq!(root.node("a").unwrap().file(), Some(b"q,value".to_vec()));
    assert_eq!(root.node("b").unwrap().file(), None);
    root.finish();
    let (mistakes, _) = context.finish();
    assert_eq!(mistakes[0].message, "`b`: cannot read the file \"b.csv\": there is no such file");
}

#[test]
fn what_is_shown_reads_back() {
    fn check<T: Read + Show + PartialEq + std::fmt::Debug>(value: T, shown: &str) {
        assert_eq!(value.show(), shown);
        assert_eq!(read_x(&format!("x = {shown}")), Ok(value));
    }
    check(0.1f64, "0.1");
    check(1e300f64, "1e300");
    check(-3.0f64, "-3.0");
    check(7u32, "7");
    check(false, "false");
    check(String::from("a\"b\\\n\u{1}é"), r#""a\"b\\\n\u0001é""#);
    check(vec![1u64, 2], "[1, 2]");
    let map = BTreeMap::from([(String::from("a b"), 1u32), (String::from("c"), 2)]);
    check(map, "{ \"a b\" = 1, c = 2 }");
    check(BTreeMap::<String, u32>::new(), "{}");
}

#[test]
fn a_default_can_be_a_text_with_defaults_inside() {
    let document = Document::parse("[a]").unwrap();
    let context = Context::new(&NoFiles);
    let mut root = document.root(&context).table().unwrap();
    let mut a = root.node("a").unwrap().table().unwrap();
    let pool: Option<Pool> = a.or_toml("b", "{ agents = 2, limits = { low = 5 } }");
    assert_eq!(pool.map(|pool| (pool.agents, pool.limits.low)), Some((2, 5)));
    let wrong: Option<Vec<u32>> = a.or_toml("c", "[1, [true]]");
    assert_eq!(wrong, None);
    a.finish();
    root.finish();
    let (mistakes, filled) = context.finish();
    assert_eq!(mistakes[0].place, 0..3, "a mistake in a default stands at the table");
    let filled: Vec<_> = filled.iter().map(|f| format!("{} = {}", f.path, f.value)).collect();
    let written = "a.b = { agents = 2, limits = { low = 5 } }";
    let inside = ["a.b.queue = \"line\"", "a.b.limits.high = 9"];
    assert_eq!(filled, [written, inside[0], inside[1], "a.c = [1, [true]]"]);
}

#[test]
fn no_text_makes_it_panic_and_places_lie_inside() {
    use proptest::test_runner::{Config, TestRunner};
    let config = Config { cases: 2000, failure_persistence: None, ..Config::default() };
    let rng = proptest::test_runner::TestRng::deterministic_rng(config.rng_algorithm);
    let text = "([a-c\\[\\]{}=., \"'#\n0-9é_+:-]|a = |\\[a\\]\n|agents = 1\n|x\\.|nan){0,30}";
    TestRunner::new_with_rng(config, rng)
        .run(&text, |text| {
            let found = match Document::parse(&text) {
                Ok(document) => document.read::<BTreeMap<String, Pool>>(&NoFiles).err(),
                Err(mistake) => Some(vec![mistake]),
            };
            for Mistake { place, .. } in found.unwrap_or_default() {
                assert!(text.get(place.clone()).is_some(), "{place:?} in {text:?}");
            }
            Ok(())
        })
        .expect("no text makes it panic");
}
