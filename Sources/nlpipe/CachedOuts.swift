import Foundation
import History
import Pipelines

/// Keeps git and the cache apart: a cached out is ignored by git, and never tracked by it.
struct CachedOuts: Sendable {
    let root: String
    /// Says what was written, on standard error.
    let say: @Sendable (String) -> Void

    /// Looks at the outs of a stage that is about to be made; without git nothing happens.
    ///
    /// - Throws: `UsageError.trackedOut` if git has one of them.
    func prepare(_ stage: Stage) throws {
        let outs = stage.outs.filter(\.cache)
        guard !outs.isEmpty, let repository = try? Repository(containing: root),
            repository.workingFolder != nil
        else { return }
        for out in outs {
            guard (try? repository.isTracked(out.path, below: root)) != true else {
                throw UsageError.trackedOut(stage: stage.name, out: out)
            }
        }
        for out in outs where (try? repository.isIgnored(out.path, below: root)) == false {
            do { try ignore(out.path) } catch {
                say("cannot add '\(out.path)' to its '.gitignore': \(error.localizedDescription)")
            }
        }
    }

    /// Adds `/name` to the `.gitignore` beside a path.
    private func ignore(_ path: String) throws {
        guard let line = Self.rule(for: path) else { return }
        let name = (path as NSString).deletingLastPathComponent
        let file = name.isEmpty ? ".gitignore" : "\(name)/.gitignore"
        let url = URL(fileURLWithPath: "\(root)/\(file)")
        var text = Data()
        if FileManager.default.fileExists(atPath: url.path) {
            text = try Data(contentsOf: url)
        } else {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        }
        if let last = text.last, last != UInt8(ascii: "\n") { text.append(UInt8(ascii: "\n")) }
        text.append(contentsOf: "\(line)\n".utf8)
        // Through a link, to the file that it stands for.
        try text.write(to: url.resolvingSymlinksInPath(), options: .atomic)
        say("added '\(line)' to '\(file)': the cache keeps it")
    }

    /// The rule that matches exactly the last component of a path; nil where git has no way to write
    /// it.
    static func rule(for path: String) -> String? {
        let name = path.split(separator: "/").last ?? ""
        guard !name.isEmpty, !name.unicodeScalars.contains(where: { $0 == "\n" || $0 == "\r" })
        else { return nil }
        var rule = "/"
        for character in name {
            if #"*?[]\"#.contains(character) { rule += "\\" }
            rule.append(character)
        }
        // A blank at the end would be cut off.
        return rule.hasSuffix(" ") ? rule.dropLast() + "\\ " : rule
    }
}
