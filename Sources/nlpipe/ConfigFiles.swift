import ContentStore
import Foundation
import History
import Pipelines

/// The project's configuration on disk.
struct ConfigFiles {
    /// The project's root.
    let root: String

    /// Both files, the local one over the tracked one.
    func read() throws -> ProjectConfig {
        try ConfigReader.read(
            tracked: try text(ProjectConfig.file), local: try text(ProjectConfig.localFile))
    }

    /// Changes the text of one file; nothing is written unless the configuration is sound
    /// afterwards.
    func change(local: Bool, _ edit: (_ text: String, _ file: String) throws -> String) throws {
        let file = local ? ProjectConfig.localFile : ProjectConfig.file
        let new = try edit(try text(file) ?? "", file)
        _ = try ConfigReader.read(
            tracked: local ? try text(ProjectConfig.file) : new,
            local: local ? new : try text(ProjectConfig.localFile))
        try ProjectFolder.ensure(in: root)
        if local { try ignoreLocalFile() }
        try write(new, to: file)
    }

    private func text(_ file: String) throws -> String? {
        try WorkspaceFiles(root: root).text(file)
    }

    private func write(_ text: String, to file: String) throws {
        let files = LocalFileSystem()
        try files.makeFolder("\(root)/.nlpipe/tmp")
        let time = files.now()
        try files.replace(
            "\(root)/\(file)", with: Array(text.utf8),
            temporary: "\(root)/.nlpipe/tmp/config-\(time.seconds)-\(time.nanoseconds)")
    }

    /// Projects that were begun before there was a local file do not ignore it yet.
    private func ignoreLocalFile() throws {
        let rule = "/" + (ProjectConfig.localFile as NSString).lastPathComponent
        var rules = try text(ProjectFolder.ignoreFile) ?? ""
        guard !rules.split(separator: "\n").contains(rule[...]) else { return }
        if !rules.isEmpty, !rules.hasSuffix("\n") { rules += "\n" }
        try write(rules + rule + "\n", to: ProjectFolder.ignoreFile)
    }
}
