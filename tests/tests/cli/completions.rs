//! `completions`.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::store::Store;

/// What bash offers after these words, of which the last is begun.
fn offered(store: &Store, words: &[&str]) -> Result<Vec<String>> {
    let (current, last) = (words.last().copied().unwrap_or_default(), words.len() - 1);
    let script = format!(
        "source completions.bash; COMP_WORDS=({}); COMP_CWORD={last}; \
         _feast__registry feast-registry '{current}' ''; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ")
    );
    let output = Command::new("bash").args(["-c", &script]).current_dir(store.path("")).output()?;
    ensure!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    Ok(String::from_utf8(output.stdout)?.lines().map(String::from).collect())
}

#[test]
fn bash_completes_commands_and_options() -> Result<()> {
    let store = Store::empty()?;
    store.write("completions.bash", store.does("completions bash")?)?;
    let parsed = Command::new("bash").arg("-n").arg(store.path("completions.bash")).output()?;
    assert!(parsed.status.success() && parsed.stderr.is_empty(), "{parsed:?}");
    assert_eq!(
        offered(&store, &["feast-registry", "feature"])?,
        ["feature-views", "feature-services", "features"]
    );
    assert_eq!(offered(&store, &["feast-registry", "registry", "ex"])?, ["export"]);
    assert_eq!(offered(&store, &["feast-registry", "entities", "list", "--ta"])?, ["--tags"]);
    Ok(())
}

#[test]
fn other_shells_have_a_script() -> Result<()> {
    let store = Store::empty()?;
    for (shell, begins) in [
        ("zsh", "#compdef feast-registry\n"),
        ("fish", "# Print an optspec for argparse"),
        ("elvish", "\nuse builtin;"),
        ("powershell", "\nusing namespace System.Management.Automation"),
    ] {
        let script = store.does(&format!("completions {shell}"))?;
        assert!(script.starts_with(begins), "{shell}: {}", script.lines().take(3).collect::<String>());
        for command in ["on-demand-feature-views", "list-versions", "materializations", "registry-dump"] {
            assert!(script.contains(command), "{shell} does not know `{command}`");
        }
    }
    assert_eq!(store.run("completions tcsh")?.code, 2);
    Ok(())
}
