//! Evidence by hand, and what it says.

use super::*;

/// A pool of nine agents that is well: busy 80 %, with a short line.
fn well() -> PoolEvidence {
    PoolEvidence {
        name: String::from("desk"),
        agents: 9.0,
        slots: 1,
        utilisation: 0.8,
        offered: 7.2,
        waiting: 0.9,
        wait_s: 2.0,
        service_s: 20.0,
        growth: 0.0,
        scaled: None,
        fairness: 0.99,
        busiest: 0.82,
        response_weight: Some(0.2),
    }
}

fn about(pool: PoolEvidence) -> Vec<Recommendation> {
    recommendations(&Evidence { pools: vec![pool], hours: 2.0, ..Evidence::default() })
}

/// The texts about a pool.
fn texts(pool: PoolEvidence) -> Vec<String> {
    about(pool).into_iter().map(|it| it.text).collect()
}

#[test]
fn where_all_is_well_there_is_none() {
    let evidence = Evidence {
        pools: vec![well(), PoolEvidence { utilisation: 0.05, waiting: 0.0, ..well() }],
        breakers: vec![
            BreakerEvidence { name: String::from("a"), openings: 0, error_rate: 0.01 },
            // It opens often, and rightly.
            BreakerEvidence { name: String::from("b"), openings: 40, error_rate: 0.9 },
        ],
        firsts: 1_000,
        attempts: 1_050,
        alerts: vec![AlertEvidence { name: String::from("c"), firings: 2, faults: 2, found: 1 }],
        hours: 2.0,
    };
    assert_eq!(recommendations(&evidence), []);
    assert_eq!(recommendations(&Evidence::default()), [], "nor where nothing is known");
}

#[test]
fn what_is_not_known_is_no_reason() {
    let nan = f64::NAN;
    let unknown = PoolEvidence {
        utilisation: nan,
        offered: nan,
        waiting: nan,
        wait_s: nan,
        service_s: nan,
        growth: nan,
        fairness: nan,
        busiest: nan,
        ..well()
    };
    assert_eq!(about(unknown), []);
    let busy = PoolEvidence { utilisation: 0.95, waiting: 9.0, offered: nan, ..well() };
    assert_eq!(about(busy.clone()), []);
    assert_eq!(about(PoolEvidence { scaled: Some((9, 0.0)), ..busy }), []);
}

#[test]
fn a_saturated_pool_needs_agents() {
    // 9.2 / 0.85 = 10.8: 11 agents, busy 9.2 / 11 = 83.6 %.
    let pool = PoolEvidence { utilisation: 0.97, waiting: 12.6, offered: 9.2, ..well() };
    let all = about(pool.clone());
    assert_eq!(
        all[0].text,
        "pool desk was busy 97 % of the time and 1.4 attempts waited for each agent: add 2 agents \
         (offered load 9.2, 11 agents give 84 %)"
    );
    assert_eq!((all.len(), all[0].subject.as_str()), (1, "pool desk"));
    let number = |name| all[0].numbers.iter().find(|it| it.0 == name).map(|it| it.1);
    assert_eq!(number("agents_needed"), Some(11.0));
    assert_eq!(number("offered_load"), Some(9.2));
    // With two slots each: 18.7 / 1.7 = 11 just.
    let pairs = PoolEvidence { slots: 2, offered: 18.7, agents: 10.0, ..pool.clone() };
    assert!(texts(pairs)[0].ends_with("add 1 agent (offered load 18.7, 11 agents give 85 %)"));
    // A line that comes and goes is no reason, and neither is a load that fits.
    assert_eq!(about(PoolEvidence { waiting: 4.4, ..pool.clone() }), []);
    assert_eq!(about(PoolEvidence { utilisation: 0.89, ..pool.clone() }), []);
    assert_eq!(about(PoolEvidence { offered: 7.65, ..pool }), []);
}

#[test]
fn a_scaled_pool_needs_room_or_haste() {
    let pool = PoolEvidence { utilisation: 0.95, waiting: 9.0, offered: 9.2, ..well() };
    assert_eq!(
        texts(PoolEvidence { scaled: Some((9, 0.62)), ..pool.clone() }),
        ["pool desk was busy 95 % of the time, at its most of 9 agents 62 % of the time, and 1.0 \
          attempts waited for each agent: allow 11 (offered load 9.2, 11 agents give 84 %)"]
    );
    assert_eq!(
        texts(PoolEvidence { scaled: Some((16, 0.03)), ..pool.clone() }),
        ["pool desk was busy 95 % of the time and 1.0 attempts waited for each agent, but it was \
          at its most of 16 agents 3 % of the time: its autoscaler is late; lower its target or \
          shorten its period"]
    );
    assert_eq!(about(PoolEvidence { scaled: Some((11, 0.62)), ..pool }), []);
}

#[test]
fn a_line_before_idle_agents_waits_for_something_else() {
    let pool = PoolEvidence { utilisation: 0.45, ..well() };
    let but = ", though its agents were busy only 45 % of the time: they come in bursts, or wait \
               for something else (a skill, a resource, a breaker)";
    assert_eq!(
        texts(PoolEvidence { wait_s: 40.0, ..pool.clone() }),
        [format!("attempts waited 40.0 s for 20.0 s of service in pool desk{but}")]
    );
    assert_eq!(
        texts(PoolEvidence { growth: 0.08, ..pool.clone() }),
        [format!("the line of pool desk grew by 8 % of what came{but}")]
    );
    assert_eq!(about(PoolEvidence { wait_s: 20.0, growth: 0.04, ..pool.clone() }), []);
    // A single agent who is busy 60 % of the time: 1.5 services are what chance makes of it.
    let alone = PoolEvidence { agents: 1.0, utilisation: 0.6, ..pool };
    assert_eq!(about(PoolEvidence { wait_s: 59.9, ..alone.clone() }), []);
    assert_eq!(about(PoolEvidence { wait_s: 60.1, ..alone }).len(), 1);
}

#[test]
fn agents_herd() {
    let pool = PoolEvidence { utilisation: 0.7, busiest: 0.98, fairness: 0.615, ..well() };
    let text = |weight| texts(PoolEvidence { response_weight: weight, ..pool.clone() }).remove(0);
    let what = "pool desk: attempts herd to one agent, busy 98 % while all are 70 % (fairness \
                0.61): ";
    assert_eq!(
        text(Some(0.2)),
        format!("{what}lower the weight of the response time from 0.2, or give load a weight")
    );
    assert_eq!(text(Some(0.0)), format!("{what}give load a weight"));
    let other = "choose the least outstanding, or two at random and the better";
    assert_eq!(text(None), format!("{what}{other}"));
    assert_eq!(about(PoolEvidence { fairness: 0.8, ..pool.clone() }), []);
    assert_eq!(about(PoolEvidence { busiest: 0.89, ..pool }), []);
}

#[test]
fn a_breaker_flaps_and_retries_amplify() {
    let name = String::from("pool desk");
    let evidence = Evidence {
        breakers: vec![BreakerEvidence { name, openings: 9, error_rate: 0.08 }],
        firsts: 1_000,
        attempts: 2_300,
        hours: 2.0,
        ..Evidence::default()
    };
    let all = recommendations(&evidence);
    let texts: Vec<&str> = all.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "the breaker of pool desk opened 9 times, 4.5 an hour, though nothing was down and \
             92 % of its attempts succeeded: raise its threshold",
            "retries and copies amplify the load 2.3x (2300 attempts for 1000 first ones): add \
             a retry budget; one of 20 % allows 1.2x",
        ]
    );
    assert_eq!(all[0].numbers[1], ("openings_per_hour", 4.5));
    assert_eq!(all[1].numbers[0], ("amplification", 2.3));
    assert_eq!(recommendations(&Evidence { hours: 2.3, attempts: 1_499, ..evidence }), []);
}

#[test]
fn alerts_are_restless_or_blind() {
    let alert = |firings, faults| {
        let alert = AlertEvidence { name: String::from("slow"), firings, faults, found: 0 };
        let evidence = Evidence { alerts: vec![alert], hours: 2.0, ..Evidence::default() };
        recommendations(&evidence).into_iter().map(|it| it.text).collect::<Vec<_>>()
    };
    assert_eq!(
        alert(13, 0),
        ["alert slow began to fire 13 times, 6.5 an hour: give it a longer `for` or \
          `keep_firing_for`"]
    );
    assert_eq!(
        alert(0, 3),
        ["alert slow did not find any of 3 faults (it fired 0 times): lower its level, or \
          shorten its window or `for`"]
    );
    assert_eq!(alert(11, 0), [""; 0]);
}
