import ArgumentParser

struct ExpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exp", abstract: "Runs, shows and keeps experiments.",
        discussion: """
            An experiment is a result with the parameters and the code that made it, kept as a commit
            beside the branches; 'dvc exp' knows the same ones.

            EXAMPLES
              nlpipe exp run -S train.lr=0.01 -n slow
              nlpipe exp run -S train.lr=0.1,0.01,0.001 -j 2
              nlpipe exp show --only-changed --sort-by accuracy --sort-order desc
              nlpipe exp apply slow
            """,
        subcommands: [
            ExpRunCommand.self, ExpShowCommand.self, ExpDiffCommand.self, ExpListCommand.self,
            ExpApplyCommand.self, ExpBranchCommand.self, ExpRenameCommand.self,
            ExpRemoveCommand.self, ExpSaveCommand.self, ExpPushCommand.self, ExpPullCommand.self,
        ])
}
