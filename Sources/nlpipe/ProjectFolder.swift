import Foundation

/// `.nlpipe/`, where a project keeps what stays on this machine.
enum ProjectFolder {
    /// Where the rules stand that keep git out of it, relative to the project's root.
    static let ignoreFile = ".nlpipe/.gitignore"

    /// Makes the folder with its rules, unless they are there; DVC's has rules of its own.
    static func ensure(in root: String) throws {
        guard try ProjectRoot.layout(of: root).format == .native else { return }
        if !FileManager.default.fileExists(atPath: "\(root)/\(ignoreFile)") { try make(in: root) }
    }

    /// Makes the folder and writes its rules.
    static func make(in root: String) throws {
        try FileManager.default.createDirectory(
            atPath: "\(root)/.nlpipe", withIntermediateDirectories: true)
        let file = URL(fileURLWithPath: "\(root)/\(ignoreFile)")
        try Data(ignored.utf8).write(to: file, options: .atomic)
    }

    private static let ignored = """
        /cache/
        /runs/
        /tmp/
        /state*
        /history.sqlite*
        /config.local.yml

        """
}
