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
    /// - Parameter ready: called when they have been brought, before anything is changed.
    func run(_ stage: Stage, ready: () throws -> Void = {}) throws {
        try ImportData(project: opened.project).run(stage) { place in
            isRemote ? try download(to: place.path) : try copy(to: place, below: stage)
        } ready: {
            try ready()
            try CachedOuts(root: opened.root) { Console().error.line($0) }.prepare(stage)
        } waiting: { error in
            Console().warn("what was brought waits: \(error)")
        }
    }

    /// The absolute path, without links, of what a path or a `file://` URL names.
    func source() throws -> String {
        guard url.hasPrefix("file://") || !url.contains("://") else {
            throw Incomplete(
                message: """
                    '\(url)' cannot be imported
                      expected: a path, or a URL that begins with file://, http:// or https://
                    """, exitCode: Failure.definition)
        }
        let source = written.hasPrefix("/") ? written : "\(folder)/\(written)"
        guard FileManager.default.fileExists(atPath: source) else {
            throw Incomplete(message: "'\(written)' does not exist", exitCode: Failure.definition)
        }
        return path
    }

    /// The absolute path of what a path or a `file://` URL names, without links.
    var path: String {
        let source = written.hasPrefix("/") ? written : "\(folder)/\(written)"
        return URL(fileURLWithPath: source).standardized.resolvingSymlinksInPath().path
    }

    private var written: String { url.hasPrefix("file://") ? String(url.dropFirst(7)) : url }

    private func copy(to place: ImportData.Place, below stage: Stage) throws -> TrackData.Origin {
        try place.copy(of: source())
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
