//! What every error of the binary must be: one, clear, with a remedy where there is one, and without secrets.

use feast_registry_tests::cli::CliOutput;

/// Marks of the passwords in use, plain and percent-encoded. None may be seen in any output.
pub(crate) const SECRETS: [&str; 4] = ["s3cr", "hunter2", "h%75nter2", "Wr0ng"];

/// A password that is wrong everywhere and has to be percent-encoded in a URL.
pub(crate) const PASSWORD: &str = "hunter2:Wr0ng/@?";
/// The same in a URL.
pub(crate) const ENCODED: &str = "h%75nter2%3AWr0ng%2F%40%3F";

/// No panic and no secret.
#[track_caller]
pub(crate) fn sound(output: &CliOutput) {
    let text = output.to_string();
    for sign in ["panicked", "RUST_BACKTRACE", "internal error"].iter().chain(&SECRETS) {
        assert!(!text.contains(sign), "`{sign}` in the output:\n{text}");
    }
}

/// One error with this exit code that says all of this, the remedy included (most have it in a hint); nothing on
/// standard output.
#[track_caller]
pub(crate) fn clear_error(output: &CliOutput, code: i32, says: &[&str]) {
    sound(output);
    assert_eq!(output.code, code, "{output}");
    assert_eq!(output.stdout, "", "{output}");
    let lines = |label: &str| output.stderr.lines().filter(|line| line.starts_with(label)).count();
    assert!(lines("error: ") == 1 && lines("hint: ") <= 1, "{output}");
    for part in says {
        assert!(output.stderr.contains(part), "nothing of `{part}` in:\n{output}");
    }
}
