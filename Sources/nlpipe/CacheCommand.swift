import ArgumentParser
import ContentStore
import Foundation
import ParamValues

struct CacheCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache", abstract: "Looks after the cache.",
        discussion: """
            EXAMPLES
              nlpipe cache verify
              nlpipe cache size --json
            """,
        subcommands: [CacheVerifyCommand.self, CacheSizeCommand.self, CacheDirCommand.self])
}

/// The cache of the project that the working folder is in.
private func cache(_ options: GlobalOptions) throws -> (folder: String, objects: ObjectStore) {
    let root = try ProjectRoot.find(from: options.workingFolder())
    let layout = try ProjectRoot.layout(of: root)
    let folder = layout.cache.hasPrefix("/") ? layout.cache : "\(root)/\(layout.cache)"
    return (
        folder, ObjectStore(folder: folder, layout: layout, fileSystem: LocalFileSystem())
    )
}

struct CacheVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Reads every object and moves damaged ones away.",
        discussion: """
            What is damaged counts as absent from then on: it is fetched or made again
            when it is needed. The exit code is 1 if anything was damaged.

            EXAMPLES
              nlpipe cache verify
              nlpipe cache verify -j 8 --json
            """)

    @Option(name: .shortAndLong, help: "Objects read at the same time.")
    var jobs = ProcessInfo.processInfo.activeProcessorCount
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (1...256).contains(jobs) else {
            throw ValidationError("'--jobs' is \(jobs); expected 1 to 256")
        }
    }

    func run() async throws {
        let (_, objects) = try cache(global)
        Signals.catchInterrupts()
        let line = TransferLine(verb: "verify", output: Console().error, visible: !json)
        var options = ObjectTransfer.Options()
        options.jobs = jobs
        options.progress = line.show
        options.cancelled = Signals.isStopRequested
        let found: ObjectStore.Verification
        do { found = try await objects.verify(options: options) } catch {
            line.clear()
            throw error
        }
        line.clear()
        let damaged = found.damaged.map(objects.path)
        let output = Console().out
        if json {
            output.line(
                ParamValue.object([
                    "objects": .int(found.objects), "bytes": .int(found.bytes),
                    "damaged": .list(damaged.map(ParamValue.string)),
                ]).canonicalText)
        } else if damaged.isEmpty {
            output.line(
                "\(TransferText.files(found.objects)) verified, \(ByteText.text(found.bytes))")
        }
        guard damaged.isEmpty else {
            let lines = damaged.map { "'\($0)' was damaged: moved to '\(objects.damagedFolder)'" }
            throw Incomplete(
                message: (lines + [
                    "hint: 'nlpipe pull' or 'nlpipe repro' brings back what is needed"
                ])
                .joined(separator: "\n"))
        }
    }
}

struct CacheSizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "size", abstract: "Says how large the cache is.",
        discussion: """
            EXAMPLES
              nlpipe cache size
              nlpipe cache size --json
            """)

    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let inventory = try cache(global).objects.inventory()
        let bytes = inventory.values.reduce(0, +)
        Console().out.line(
            json
                ? ParamValue.object(["objects": .int(inventory.count), "bytes": .int(bytes)])
                    .canonicalText
                : "\(TransferText.files(inventory.count)), \(ByteText.text(bytes))")
    }
}

struct CacheDirCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dir", abstract: "Says where the cache is.",
        discussion: """
            EXAMPLES
              du -sh $(nlpipe cache dir)
            """)

    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let folder = try cache(global).folder
        guard !json else { return Console().out.json(["dir": .string(folder)]) }
        Console().out.line(folder)
    }
}
