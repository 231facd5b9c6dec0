import StageKit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Writes to each out what the stage saw: its parameters' text, and the content of every dep.
///
/// An out named `folder…` becomes a folder with two files. The parameter `text` decides the
/// content; `ignored` does not, which makes early cutoff visible.
struct Toy: StageModule {
    struct Options: Decodable { var text: String }

    static let name = "toy"
    static let summary = "joins its deps"
    static let codeDigest = "toy-1"

    func run(_ context: StageContext) async throws {
        let text = try Toy.text(context)
        context.progress(0.5, "half")
        context.fact("arithmetic", "none")
        context.fact("arithmetic", "text: \"joined\"")
        try Toy.write(text, context)
    }

    static func text(_ context: StageContext) throws -> String {
        var text = ""
        if let options = try? context.parameters(Options.self, at: context.stage) {
            text += options.text + ";"
        }
        for path in context.depPaths {
            text += "\(path)=\(try Toy.read(context.dep(at: path)));"
        }
        return text
    }

    static func write(_ text: String, _ context: StageContext) throws {
        for name in ["out", "a", "b", "folder", "metric", "volatile", "extra"] {
            guard let path = context.optionalOut(named: name) else { continue }
            if name == "folder" {
                let inner = path + "/inner"
                try FileManager.default.createDirectory(
                    atPath: inner, withIntermediateDirectories: true)
                try Data("\(text)1".utf8).write(to: URL(fileURLWithPath: path + "/one"))
                try Data("\(text)2".utf8).write(to: URL(fileURLWithPath: inner + "/two"))
            } else {
                let body = name == "volatile" ? UUID().uuidString : text
                try Data(body.utf8).write(to: URL(fileURLWithPath: path))
            }
        }
    }

    private static func read(_ path: String) throws -> String {
        guard FileManager.default.fileExists(atPath: path) else { return "absent" }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            return String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        }
        return try names.sorted().map { try "\($0):\(Toy.read("\(path)/\($0)"))" }
            .joined(separator: ",")
    }
}

/// The same module as `Toy` as far as anybody can tell, but it must not be executed.
struct Forbidden: StageModule {
    struct Executed: Error {}

    static let name = "toy"
    static let summary = "must not run"
    static let codeDigest = "toy-1"

    func run(_ context: StageContext) async throws { throw Executed() }
}

/// `Toy` after its code was edited.
struct EditedToy: StageModule {
    static let name = "toy"
    static let summary = "joins its deps, otherwise"
    static let codeDigest = "toy-2"

    func run(_ context: StageContext) async throws {
        try Toy.write("edited " + Toy.text(context), context)
    }
}

/// Changes its own dep while it runs.
struct Meddler: StageModule {
    static let name = "meddler"
    static let summary = "edits its dep"
    static let codeDigest = "meddler-1"

    func run(_ context: StageContext) async throws {
        try Toy.write("made", context)
        for path in context.depPaths {
            try Data("meddled".utf8).write(to: URL(fileURLWithPath: context.dep(at: path)))
        }
    }
}

/// Writes the stages upstream into its out.
struct Witness: StageModule {
    static let name = "witness"
    static let summary = "reads provenance"
    static let codeDigest = "witness-1"
    static let readsProvenance = true

    func run(_ context: StageContext) async throws {
        let text = context.provenance.map { "\($0.stage) \($0.code ?? "")" }.joined(separator: "\n")
        try Toy.write(text, context)
    }
}
