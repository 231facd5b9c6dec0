import ArgumentParser

struct CompletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion", abstract: "Prints a completion script for a shell.",
        discussion: """
            EXAMPLES
              nlpipe completion bash > /etc/bash_completion.d/nlpipe
              nlpipe completion zsh > "${fpath[1]}/_nlpipe"
              nlpipe completion fish > ~/.config/fish/completions/nlpipe.fish
            """)

    /// The shells that the argument parser writes scripts for.
    enum Shell: String, CaseIterable, ExpressibleByArgument { case bash, zsh, fish }

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run() throws {
        let shell: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        Console().out.line(NLPipe.completionScript(for: shell))
    }
}
