//! What `completions` and `man` make, in the hands of those who use it.

use std::process::Command;

use crate::commands::program;

fn printed(command: &mut Command) -> String {
    let output = command.output().expect("the program runs");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("text")
}

/// What bash offers after these words, the last of them begun.
fn offered(words: &[&str]) -> Vec<String> {
    let line = words.join(" ");
    let script = format!(
        "source <(\"$PROGRAM\" completions bash)\n\
         COMP_WORDS=({line}); COMP_CWORD={}; COMP_LINE='{line}'; COMP_POINT={}\n\
         $(complete -p ostor-bridge | sed 's/.*-F \\([^ ]*\\).*/\\1/') ostor-bridge '{}' '{}'\n\
         printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words.len() - 1,
        line.len(),
        words[words.len() - 1],
        words[words.len() - 2],
    );
    let mut bash = Command::new("bash");
    bash.env("PROGRAM", env!("CARGO_BIN_EXE_ostor-bridge"));
    let answer = printed(bash.args(["--norc", "-c", &script]));
    answer.lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_and_options() {
    assert_eq!(offered(&["ostor-bridge", "s3"]), ["s3-admin"]);
    assert_eq!(
        offered(&["ostor-bridge", "s3-admin", "query-user"]),
        ["query-users", "query-user-info"]
    );
    assert_eq!(offered(&["ostor-bridge", "usage", "reb"]), ["rebuild"]);
    assert_eq!(
        offered(&["ostor-bridge", "token", "--cl"]),
        ["--client"],
        "an option"
    );
    for shell in ["zsh", "fish"] {
        let script = printed(program().args(["completions", shell]));
        assert!(script.contains("gen-access-key"), "{shell}");
    }
}

#[test]
fn every_command_has_a_manual_page_with_its_example() {
    let folder = tempfile::tempdir().expect("a folder");
    let pages = folder.path().join("man1");
    printed(program().arg("man").arg(&pages));
    let page = |name: &str| {
        let text = std::fs::read_to_string(pages.join(name)).expect("a page");
        // Hyphens are escaped in roff.
        text.replace("\\-", "-")
    };
    for (name, example) in [
        ("ostor-bridge.1", "ostor-bridge demo"),
        (
            "ostor-bridge-s3-admin-revoke-access-key.1",
            "ostor-bridge s3-admin revoke-access-key -e user@example.com",
        ),
        ("ostor-bridge-usage-report.1", "--month 2026-11"),
    ] {
        let text = page(name);
        assert!(text.contains(example), "{name}: {text}");
    }
    let written = std::fs::read_dir(&pages).expect("the folder").count();
    assert!(written > 25, "{written} pages");

    let file = folder.path().join("file");
    std::fs::write(&file, "").expect("a file");
    let refused = program().arg("man").arg(file.join("man1")).output();
    let refused = refused.expect("the program runs");
    let complaint = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1));
    assert!(complaint.contains("could not be written to"), "{complaint}");
}
