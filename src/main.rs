//! Process shell: exit code, closed pipe, signals.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
