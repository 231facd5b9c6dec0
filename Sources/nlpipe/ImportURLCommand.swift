import ArgumentParser
import Engine
import Foundation
import ParamValues
import Pipelines

struct ImportURLCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import-url", abstract: "Copies data from elsewhere and tracks them.",
        discussion: """
            In projects of DVC: what is at a path or URL is copied into the folder, put into the
            cache, and recorded in a '.dvc' file with where it came from. http and https need 'curl'.

            EXAMPLES
              nlpipe import-url /mnt/share/raw.csv
              nlpipe import-url file:///mnt/share/images data/images
              nlpipe import-url https://example.org/raw.csv
            """)

    @Argument(help: "A path, a file:// URL, or an http(s):// URL.") var url: String
    @Argument(help: "Where to put it; by default its own name in this folder.") var out: String?
    @Flag(name: .shortAndLong, help: "Replace what is there.") var force = false
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let opened = try OpenProject(global)
        try DataTracking.require(opened)
        let path = try DataTracking.path(out ?? name, in: opened)
        let target = "\(opened.root)/\(path)"
        guard force || !FileManager.default.fileExists(atPath: target) else {
            throw Incomplete(
                message: "'\(path)' exists already\nhint: -f replaces it",
                exitCode: Failure.definition)
        }
        let tracking = TrackData(project: opened.project)
        let stage = try tracking.stage(for: path)
        let part = "\(target).nlpipe-part"
        try? FileManager.default.removeItem(atPath: part)
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: target).deletingLastPathComponent(),
            withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: part) }
        let origin = try isRemote ? download(to: part) : copy(to: part, below: stage, opened)
        try CachedOuts(root: opened.root) { Console().error.line($0) }.prepare(stage)
        try? FileManager.default.removeItem(atPath: target)
        try FileManager.default.moveItem(atPath: part, toPath: target)
        try tracking.run([stage], origins: [stage.name: origin])
        guard !json else { return Console().out.json(["wrote": .texts([stage.name])]) }
        Console().out.line("wrote \(stage.name)")
    }

    private var isRemote: Bool { url.hasPrefix("http://") || url.hasPrefix("https://") }

    private var name: String {
        let end = url.split(separator: "/").last.map(String.init) ?? ""
        return isRemote ? String(end.prefix { $0 != "?" && $0 != "#" }) : end
    }

    private func copy(
        to part: String, below stage: Stage, _ opened: OpenProject
    ) throws -> TrackData.Origin {
        guard url.hasPrefix("file://") || !url.contains("://") else {
            throw Incomplete(
                message: """
                    '\(url)' cannot be imported
                      expected: a path, or a URL that begins with file://, http:// or https://
                    """, exitCode: Failure.definition)
        }
        let written = url.hasPrefix("file://") ? String(url.dropFirst(7)) : url
        let folder = try global.workingFolder()
        let source = written.hasPrefix("/") ? written : "\(folder)/\(written)"
        guard FileManager.default.fileExists(atPath: source) else {
            throw Incomplete(message: "'\(written)' does not exist", exitCode: Failure.definition)
        }
        let real = URL(fileURLWithPath: source).resolvingSymlinksInPath().path
        try FileManager.default.copyItem(atPath: real, toPath: part)
        let path =
            written.hasPrefix("/")
            ? written : TrackData.relative(written, startedIn: opened.folder, from: stage)
        return TrackData.Origin(path: path, isFile: true)
    }

    private func download(to part: String) throws -> TrackData.Origin {
        let headers = part + ".headers"
        defer { try? FileManager.default.removeItem(atPath: headers) }
        let curl = Foundation.Process()
        curl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        curl.arguments = ["curl", "-fsSL", "--dump-header", headers, "--output", part, "--", url]
        try curl.run()
        curl.waitUntilExit()
        guard curl.terminationStatus == 0 else {
            let reason =
                curl.terminationStatus == 127
                ? "'curl' is not installed" : "curl ended with code \(curl.terminationStatus)"
            throw Incomplete(message: "'\(url)' cannot be fetched: \(reason)")
        }
        let text = (try? String(contentsOfFile: headers, encoding: .isoLatin1)) ?? ""
        var tag: String?
        for line in text.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            // After a redirection there are several; the last answer counts.
            if line[..<colon].lowercased() == "etag" { tag = String(value) }
        }
        guard let tag else {
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
