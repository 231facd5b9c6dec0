import Engine
import Foundation
import Pipelines

/// Data that are brought from a path or a URL into a project.
struct Import {
    let opened: OpenProject
    /// A path, a `file://` URL, or an `http(s)://` URL.
    let url: String
    /// The absolute path of the folder that a relative path starts in.
    let folder: String

    var isRemote: Bool { url.hasPrefix("http://") || url.hasPrefix("https://") }

    /// The last part of the path or URL.
    var name: String {
        let end = url.split(separator: "/").last.map(String.init) ?? ""
        return isRemote ? String(end.prefix { $0 != "?" && $0 != "#" }) : end
    }

    /// Brings the data of `stage`, and takes them on record with where they came from.
    ///
    /// They are whole before what is in their place goes.
    func run(_ stage: Stage, at path: String) throws {
        let target = "\(opened.root)/\(path)"
        let part = "\(target).nlpipe-part"
        let files = FileManager.default
        try? files.removeItem(atPath: part)
        try files.createDirectory(
            at: URL(fileURLWithPath: target).deletingLastPathComponent(),
            withIntermediateDirectories: true)
        defer { try? files.removeItem(atPath: part) }
        let origin = try isRemote ? download(to: part) : copy(to: part, below: stage)
        try CachedOuts(root: opened.root) { Console().error.line($0) }.prepare(stage)
        if files.fileExists(atPath: target) { try files.removeItem(atPath: target) }
        try files.moveItem(atPath: part, toPath: target)
        try TrackData(project: opened.project).run([stage], origins: [stage.name: origin])
    }

    private func copy(to part: String, below stage: Stage) throws -> TrackData.Origin {
        guard url.hasPrefix("file://") || !url.contains("://") else {
            throw Incomplete(
                message: """
                    '\(url)' cannot be imported
                      expected: a path, or a URL that begins with file://, http:// or https://
                    """, exitCode: Failure.definition)
        }
        let written = url.hasPrefix("file://") ? String(url.dropFirst(7)) : url
        let source = written.hasPrefix("/") ? written : "\(folder)/\(written)"
        guard FileManager.default.fileExists(atPath: source) else {
            throw Incomplete(message: "'\(written)' does not exist", exitCode: Failure.definition)
        }
        let real = URL(fileURLWithPath: source).resolvingSymlinksInPath().path
        try FileManager.default.copyItem(atPath: real, toPath: part)
        let started = folder.split(separator: "/").dropFirst(
            opened.root.split(separator: "/").count)
        let path =
            written.hasPrefix("/")
            ? written
            : TrackData.relative(written, startedIn: started.joined(separator: "/"), from: stage)
        return TrackData.Origin(path: path, isFile: true)
    }

    private func download(to part: String) throws -> TrackData.Origin {
        let answer = try Download(url: url).run(to: part)
        guard let tag = answer.tag else {
            throw Incomplete(
                message: """
                    '\(url)' cannot be tracked: the server gives no ETag to know its content by
                    hint: fetch the file, and 'nlpipe add' it
                    """)
        }
        let size = try FileManager.default.attributesOfItem(atPath: part)[.size] as? Int
        return TrackData.Origin(path: url, tag: ("checksum", tag), size: size)
    }
}
