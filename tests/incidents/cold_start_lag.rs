//! Cold-start lag: new servers come too late for a surge; warm ones are there.

use rehearsal::model::fact::Outcome;

use super::stage::{each, is_clean, promtool_agrees};

const NAME: &str = "cold_start_lag";
const WARM: (&str, &str) = ("pools.servers.autoscale.hpa.agents", "{ min = 12, max = 16 }");
const BY_DEMAND: [(&str, &str); 2] = [
    ("pools.servers.autoscale.hpa.metric", "\"concurrency\""),
    ("pools.servers.autoscale.hpa.target", "5.6"),
];

/// The surge brings 15 requests a second from minute 10 on, each of 4.5 s of a slot: 67 slots, of
/// which six servers have 48. The first new ones cannot be there before minute 14: a start takes
/// five minutes, seldom less than four. Until then what is too much, 15 - 48 / 4.5 = 4 a second,
/// gives up after half a minute.
#[test]
fn new_servers_come_too_late() {
    each(NAME, &[], |shown| {
        let before = shown.within("chat", 20.0, 0.0..9.0);
        assert!(before > 0.99, "{}: {before} in time before", shown.what);
        let gave_up = shown.left_per_s(Outcome::Reneged, 10.0..20.0) * 600.0;
        assert!(gave_up > 500.0, "{}: {gave_up} gave up", shown.what);
        let meanwhile = shown.within("chat", 20.0, 11.0..14.0);
        assert!(meanwhile < 0.2, "{}: {meanwhile} in time meanwhile", shown.what);
        // It rises in stairs: to at most 10/7 of six, and on when these are ready.
        let desired = shown.desired("servers");
        let most = |until: f64| desired.iter().filter(|it| it.0 < until).map(|it| it.1).max();
        assert!(most(13.5) <= Some(9), "{}: {desired:?}", shown.what);
        assert!(most(25.0) >= Some(12), "{}: {desired:?}", shown.what);
        let [at, ..] = shown.fired("WaitLong")[..] else { panic!("{}: none", shown.what) };
        assert!((10.0..13.0).contains(&at), "{}: at {at}", shown.what);
        let [over, ..] = shown.alerts("WaitLong", "inactive")[..] else {
            panic!("{}: it goes on", shown.what)
        };
        assert!(over - at > 5.0, "{}: from {at} to {over}", shown.what);
    });
}

/// Twelve servers have 96 slots for 67 requests.
#[test]
fn warm_servers_are_there() {
    each(NAME, &[WARM], |shown| {
        let share = shown.within("chat", 20.0, 0.0..35.0);
        assert!(share > 0.999, "{}: {share} in time", shown.what);
        assert_eq!(shown.metric("reneged"), 0.0, "{}", shown.what);
        assert_eq!(shown.fired("WaitLong"), [0.0; 0], "{}", shown.what);
    });
}

/// All are asked for at once, and the wait is for one start: it is over when ten of them are
/// there, three minutes before the second stair of the others.
#[test]
fn to_scale_by_demand_is_half_a_remedy() {
    each(NAME, &BY_DEMAND, |shown| {
        let at_once = shown.desired("servers").iter().any(|(at, count)| *at < 11.0 && *count == 16);
        assert!(at_once, "{}: {:?}", shown.what, shown.desired("servers"));
        let meanwhile = shown.within("chat", 20.0, 11.0..14.0);
        assert!(meanwhile < 0.2, "{}: {meanwhile} in time meanwhile", shown.what);
        let after = shown.within("chat", 20.0, 18.0..25.0);
        assert!(after > 0.99, "{}: {after} in time after one start", shown.what);
    });
}

#[test]
fn its_file_is_clean_and_promtool_agrees() {
    is_clean(NAME);
    promtool_agrees(NAME, &[]);
    promtool_agrees(NAME, &[WARM]);
}
