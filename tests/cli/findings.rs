//! What a run says follows from its numbers: costs, objectives, recommendations.

use serde_json::Value;

use super::{DESK, Home, Ran, fits};

const QUICK: &str = "--no-charts --rows 0";

/// The desk with these objectives.
fn desk(objectives: &str) -> Home {
    let home = Home::new();
    home.write("desk.toml", &format!("{DESK}\n[objectives]\n{objectives}"));
    home
}

/// An objective is missed, which is told last.
fn missed(ran: &Ran, what: &str) {
    assert_eq!((ran.code, &*ran.err), (1, &*format!("error: {what}\n")), "{}", ran.out);
}

#[test]
fn objectives_have_verdicts_and_decide_the_exit_code() {
    let home = desk("slow = 'sojourn_p95 < 1h'\nsafe = 'error_rate == 0'\n");
    let ran = home.run(&format!("run desk.toml {QUICK}")).ok();
    fits(&ran.out);
    assert!(ran.out.contains("\nobjective met: safe: error_rate == 0 (0 %)\n"), "{}", ran.out);
    assert!(ran.out.contains("\nobjective met: slow: sojourn_p95 < 1h ("), "{}", ran.out);
    let ran = home.run("check desk.toml").ok();
    assert!(ran.out.ends_with("; 2 objectives\n"), "{}", ran.out);
    // With one agent it is not fast; the interval is told, and the files are there.
    let slow = format!("run desk.toml {QUICK} --set objectives.slow='sojourn_p95<1s'");
    let ran = home.run(&slow);
    assert!(ran.out.contains("\nobjective missed: slow: sojourn_p95<1s ("), "{}", ran.out);
    missed(&ran, "the objective slow is missed");
    assert!(home.path("results/desk/manifest.json").exists());
    home.run(&format!("{slow} --quiet")).fails(1, &["the objective slow is missed"]);
}

#[test]
fn one_replication_shows_nothing_but_its_mean_decides() {
    let home = desk("safe = 'error_rate < 5%'\nnone = 'class.gold.failed > 3'\n");
    let ran = home.run(&format!("run desk.toml {QUICK} --replications 1 --json"));
    let json: Value = serde_json::from_str(&ran.out).expect("JSON on stdout");
    let (safe, none) = (&json["objectives"]["safe"], &json["objectives"]["none"]);
    assert_eq!((&safe["verdict"], &safe["met"]), (&"not shown".into(), &true.into()));
    assert_eq!((&safe["metric"], &safe["level"]), (&"error_rate".into(), &0.05.into()));
    assert_eq!((&none["met"], &none["mean"]), (&false.into(), &0.0.into()));
    assert_eq!(none["ci_low"], Value::Null);
    missed(&ran, "the objective none is missed");
}

#[test]
fn mistakes_in_objectives_are_told_before_anything_runs() {
    let home = desk("fast = 'sojurn_p95 < 3s'\nrate = 'error_rate < 3'\n");
    let told = ["unknown metric `sojurn_p95`", "did you mean `sojourn_p95`?", "2 mistakes"];
    home.run("run desk.toml").fails(2, &told);
    home.run("check desk.toml").fails(2, &told);
    assert!(!home.path("results").exists());
}

#[test]
fn many_objectives_fit_the_screen() {
    let many: String = (1..=9).map(|n| format!("o{n} = 'sojourn_p95 < {n}m'\n")).collect();
    let ran = desk(&many).run(&format!("run desk.toml {QUICK}"));
    fits(&ran.out);
    assert!(ran.out.contains("and 5 more objectives: see --json"), "{}", ran.out);
}

#[test]
fn costs_are_one_line() {
    let home = Home::new();
    let set = "--set pools.desk.cost={hour=38,attempt=0.5} --set classes.gold.value=3";
    let ran = home.run(&format!("run desk.toml {QUICK} {set}")).ok();
    fits(&ran.out);
    let line = ran.out.lines().find(|line| line.starts_with("cost ")).expect("a cost");
    for part in ["(agents 7", "attempts 2", " a task; value "] {
        assert!(line.contains(part), "{line}");
    }
    let plain = home.run(&format!("run desk.toml {QUICK}")).ok();
    assert!(!plain.out.lines().any(|line| line.starts_with("cost ")));
}

#[test]
fn recommendations_are_shown_with_their_numbers_and_only_where_there_are_any() {
    let home = Home::new();
    let ran = home.run(&format!("run desk.toml {QUICK} --set pools.desk.agents=2")).ok();
    fits(&ran.out);
    let advice = "\nadvice: pool desk was busy 9";
    assert!(ran.out.contains(advice) && ran.out.contains("recommendations.csv"), "{}", ran.out);
    let table = home.read("results/desk/recommendations.csv");
    assert!(table.starts_with("recommendation,subject,text,number,value\n1,pool desk,"), "{table}");
    assert!(table.contains(",agents_needed,5.0\n"), "{table}");
    let json = "--json --set pools.desk.agents=2";
    let json = home.run(&format!("run desk.toml {QUICK} {json}")).ok().json();
    let first = &json["recommendations"][0];
    assert_eq!(
        (&first["subject"], &first["numbers"]["agents_needed"]),
        (&"pool desk".into(), &5.0.into())
    );
    // With enough agents there are none, and those of before are gone.
    let json =
        home.run(&format!("run desk.toml {QUICK} --json --set pools.desk.agents=5")).ok().json();
    assert_eq!(json["recommendations"].as_array().map(Vec::len), Some(0));
    assert!(!home.path("results/desk/recommendations.csv").exists());
}

#[test]
fn all_of_it_fits_one_screen() {
    let many: String = (1..=6).map(|n| format!("o{n} = 'sojourn_p95 < {n}m'\n")).collect();
    let home = desk(&many);
    let pools: String = (1..=6)
        .map(|n| format!("[pools.p{n}]\nqueue = \"l{n}\"\ncost = 3\n[queues.l{n}]\n"))
        .collect();
    let steps: String = (1..=6)
        .map(|n| format!("[workflows.answer.steps.s{n}]\nqueue = \"l{n}\"\nwork = \"35s\"\n"))
        .collect();
    let text = home.read("desk.toml").replace("[pools.desk]", "[pools.desk]\n# more\n");
    home.write(
        "desk.toml",
        &format!("{text}{pools}{steps}")
            .replace("steps.work]\n", "steps.work]\nqueue = \"desk\"\n"),
    );
    let ran = home.run(&format!("run desk.toml {QUICK} --set pools.desk.agents=2"));
    fits(&ran.out);
    for part in ["\nall ", "\ncost ", "\nobjective missed: ", "recommendation", "\nagain: "] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
}
