//! Herd on stale scores: all go where it was best half a minute ago; two choices scatter them.

use super::stage::{Shown, each, is_clean, promtool_agrees};

const NAME: &str = "herd_on_stale_scores";
const TWO: (&str, &str) = ("pools.servers.dispatch", "{ power_of_d = { d = 2 } }");
const FRESH: (&str, &str) = ("pools.servers.published_every", "1s");
const SHORTEST: (&str, &str) = ("pools.servers.dispatch", "\"least_outstanding\"");

/// Five requests a second, for 30 s, to one server of eight slots and 4.5 s each: it can do 1.8 a
/// second of them. Of 150 the last has 96 before it and waits for 54 s. Who comes after t seconds
/// waits (5 t - 1.8 t - 8) / 1.8 s, which is too long from 11 s on: 37 % are in time, and fewer
/// when eight a second come. Meanwhile the demand of the whole is 23 to 38 of 64 slots.
fn crowds(shown: &Shown<'_>) {
    let in_time = shown.within("chat", 20.0, 2.0..35.0);
    assert!(in_time < 0.4, "{}: {in_time} in time", shown.what);
    let utilisation = shown.metric("pool.servers.utilisation");
    assert!(utilisation < 0.5, "{}: {utilisation} busy", shown.what);
    let [at] = shown.fired("WaitsBesideFreeSlots")[..] else { panic!("{}: once", shown.what) };
    assert!(at < 6.0, "{}: at {at}", shown.what);
}

#[test]
fn all_go_where_it_was_best() {
    each(NAME, &[], crowds);
    // The shortest line, seen so late, is no better.
    each(NAME, &[SHORTEST], crowds);
}

/// Of two of eight servers the better one: however old the scores, no server gets more than the
/// pairs that it is in, 2 in 8 of five to eight requests a second, which is what it can do; so a
/// line cannot grow by more than a few in 30 s.
#[test]
fn two_choices_scatter_them_and_so_do_fresh_scores() {
    for remedy in [TWO, FRESH] {
        each(NAME, &[remedy], |shown| {
            let in_time = shown.within("chat", 20.0, 2.0..35.0);
            assert!(in_time > 0.99, "{}: {in_time} in time", shown.what);
            assert!(shown.metric("wait_p95_s") < 5.0, "{}", shown.what);
            assert_eq!(shown.fired("WaitsBesideFreeSlots"), [0.0; 0], "{}", shown.what);
        });
    }
}

#[test]
fn its_file_is_clean_and_promtool_agrees() {
    is_clean(NAME);
    promtool_agrees(NAME, &[]);
    promtool_agrees(NAME, &[TWO]);
}
