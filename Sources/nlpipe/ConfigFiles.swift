import ContentStore
import Foundation
import History
import Pipelines

/// The project's configuration on disk.
struct ConfigFiles {
    /// The project's root.
    let root: String
    var layout = Layout.native

    /// Both files, the local one over the tracked one; in DVC's projects also the user's own.
    func read() throws -> ProjectConfig {
        guard layout.format == .native else {
            let files = [".dvc/config", ".dvc/config.local"]
            return try DVCConfig.read(
                [(DVCConfig.userFile, userText())] + files.map { ($0, try text($0)) })
        }
        return try ConfigReader.read(
            tracked: try text(ProjectConfig.file), local: try text(ProjectConfig.localFile))
    }

    /// Notes all files that configure the project at `root`, and those that say what it is.
    static func note(of root: String, in observations: Observations) {
        let files = [
            ProjectConfig.file, ProjectConfig.localFile, ".dvc/config", ".dvc/config.local",
            ProjectFolder.ignoreFile, Layout.native.pipelineFile,
        ].map { "\(root)/\($0)" }
        for file in files + (userFolder.map { ["\($0)/dvc/config"] } ?? []) {
            observations.note(file, on: LocalFileSystem())
        }
    }

    /// Changes the text of one file; nothing is written unless the configuration is sound
    /// afterwards.
    func change(local: Bool, _ edit: (_ text: String, _ file: String) throws -> String) throws {
        guard layout.format == .native else { return try changeDVC(local: local, edit) }
        let file = local ? ProjectConfig.localFile : ProjectConfig.file
        let new = try edit(try text(file) ?? "", file)
        _ = try ConfigReader.read(
            tracked: local ? try text(ProjectConfig.file) : new,
            local: local ? new : try text(ProjectConfig.localFile))
        try ProjectFolder.ensure(in: root)
        if local { try ignoreLocalFile() }
        try write(new, to: file)
    }

    /// The editor of the project's kind of files.
    var editor: ConfigEditor { ConfigEditor(layout.format == .dvc ? .dvc : .native) }

    private func changeDVC(
        local: Bool, _ edit: (_ text: String, _ file: String) throws -> String
    ) throws {
        let files = [".dvc/config", ".dvc/config.local"]
        let file = files[local ? 1 : 0]
        let new = try edit(try text(file) ?? "", file)
        _ = try DVCConfig.read(files.map { ($0, $0 == file ? new : try text($0)) })
        try write(new, to: file)
    }

    /// What DVC is told for all projects of the user.
    private func userText() throws -> String? {
        try ConfigFiles.userFolder.flatMap { try WorkspaceFiles(root: $0).text("dvc/config") }
    }

    /// Where programs keep the user's configuration; nil where nobody says.
    private static var userFolder: String? {
        let environment = ProcessInfo.processInfo.environment
        let folder =
            environment["XDG_CONFIG_HOME"] ?? environment["HOME"].map { "\($0)/.config" } ?? ""
        return folder.isEmpty ? nil : folder
    }

    private func text(_ file: String) throws -> String? {
        try WorkspaceFiles(root: root).text(file)
    }

    private func write(_ text: String, to file: String) throws {
        let files = LocalFileSystem()
        let place = "\(root)/\(layout.home)/tmp"
        try files.makeFolder(place)
        let time = files.now()
        try files.replace(
            "\(root)/\(file)", with: Array(text.utf8),
            temporary: "\(place)/config-\(time.seconds)-\(time.nanoseconds)")
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
