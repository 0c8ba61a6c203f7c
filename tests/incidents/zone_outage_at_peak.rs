//! A zone goes down at the busiest hour, and the other cannot carry the load alone.

use rehearsal::model::fact::Outcome;

use super::stage::{Sets, Shown, each, is_clean, promtool_agrees};

const NAME: &str = "zone_outage_at_peak";
const EACH_ALONE: Sets<'_> = &[("pools.north.agents", "40"), ("pools.south.agents", "40")];

/// Of the customers that come while it lasts, the share that gives up. Most give up within minutes.
fn give_up(shown: &Shown<'_>) -> f64 {
    let come: u64 = shown.cells(60.0..90.0).map(|cell| cell.arrivals).sum();
    shown.left_per_s(Outcome::Reneged, 60.0..90.0) * 1800.0 / come as f64
}

#[test]
fn half_of_the_agents_lose_customers() {
    is_clean(NAME);
    each(NAME, &[], |shown| {
        // 577 calls an hour of 165 s and 25 s after it keep 30 agents busy, and there are 20: a
        // third of the work cannot be done. Not all of whom that meets have given up by the end.
        let share = give_up(shown);
        assert!(share > 0.1, "{}: {share} give up", shown.what);
        // Hardly anybody waits before: 40 agents, of whom 30 are busy.
        let before = shown.level("queue.specialists.length", 30.0..60.0);
        let mean = before.iter().sum::<f64>() / before.len() as f64;
        assert!(mean < 2.0, "{}: {before:?} wait", shown.what);
        // Three calls a minute more than can be answered, each of which waits some five minutes and
        // gives up then: by Little's law there are fifteen in line on average, and a third of it
        // in a half hour in which few call.
        let line = shown.level("queue.specialists.length", 70.0..90.0);
        let mean = line.iter().sum::<f64>() / line.len() as f64;
        assert!(mean > 5.0, "{}: {line:?} wait", shown.what);
        // One scrape sees it, `for` is a minute.
        let down = shown.fired("ZoneDown");
        assert!(down.len() == 1 && down[0] <= 61.5, "{}: ZoneDown at {down:?}", shown.what);
        // The cause comes first, what customers feel after it.
        let wait = shown.fired("CustomersWait");
        assert!((62.0..80.0).contains(&wait[0]), "{}: CustomersWait at {wait:?}", shown.what);
    });
}

#[test]
fn it_is_no_incident_where_each_zone_can_carry_the_peak() {
    each(NAME, EACH_ALONE, |shown| {
        // 40 for the work of 30: one in twenty waits at all (Erlang C), and few of them for long.
        let share = give_up(shown);
        assert!(share < 0.03, "{}: {share} give up", shown.what);
        // The zone is down all the same, and nobody feels it but those who were cut off.
        assert_eq!(shown.fired("ZoneDown").len(), 1, "{}", shown.what);
        assert!(shown.fired("CustomersWait").is_empty(), "{}", shown.what);
        // 80 agents for three hours at 30 an hour, instead of 40.
        assert_eq!(shown.metric("cost_total"), 7200.0, "{}", shown.what);
    });
    each(NAME, &[], |shown| assert_eq!(shown.metric("cost_total"), 3600.0));
}

#[test]
fn promtool_sees_the_same_alerts() {
    promtool_agrees(NAME, &[]);
    promtool_agrees(NAME, EACH_ALONE);
}
