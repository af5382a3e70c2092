//! Exit codes. `--help` lists them; the codes of databases that fail are tested where these are.

use anyhow::Result;

use crate::store::Store;

#[test]
fn codes_are_those_that_help_lists() -> Result<()> {
    let store = Store::with_two_projects()?;
    store.write("text.yaml", "kind: Entity\nspec: {names: driver}")?;
    for (code, line) in [
        (0, "entities list"),
        (0, "entities list --tags no:such"),
        (1, "entities describe nobody"),
        (1, "entities delete nobody"),
        (1, "delete nobody"),
        (1, "features describe nothing"),
        (1, "feature-views describe driver_live --version v9"),
        (1, "projects describe nothing"),
        (1, "materializations add driver_live 2026-01-02 2026-01-01"),
        (1, "teardown"),
        (2, "entities"),
        (2, "entities list --tags team"),
        (2, "entities list --updated-since yesterday"),
        (2, "features delete speed"),
        (2, "--registry sqlite:///registry.db entities list"),
        (3, "-f absent.yaml entities list"),
        (3, "-c absent entities list"),
        (3, "--registry redis://localhost entities list"),
        (3, "apply -f absent.yaml"),
        (3, "apply -f text.yaml"),
        (3, "registry import absent.pb"),
        (3, "registry export absent/folder.pb"),
        (4, "--registry sqlite:////absent/folder/registry.db entities list"),
        (5, "--registry sqlite:///empty.db registry verify-schema"),
    ] {
        let output = store.run(line)?;
        assert_eq!(output.code, code, "`{line}`: {output}");
        assert_eq!(code == 0, output.stderr.is_empty(), "`{line}`: {output}");
        assert!(code == 0 || output.stderr.contains("error: ") || line == "entities", "`{line}`: {output}");
    }
    let help = store.does("--help")?;
    for code in 0..=7 {
        assert!(help.contains(&format!("\n  {code}  ")), "code {code} is not in {help}");
    }
    Ok(())
}
