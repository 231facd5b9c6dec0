import Engine
import Pipelines
import StageKit
import Synchronization

/// Random numbers that are the same for a seed everywhere.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state = state &+ 0x9E37_79B9_7F4A_7C15
        var value = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// True once in `count` times.
    mutating func once(in count: Int) -> Bool { number(1...count) == 1 }
}

/// A random graph, and what its stages make: worked out by recursion from the definition, with no
/// idea of fingerprints, of earlier runs or of other stages at work.
struct RandomGraph {
    struct Node {
        var parents: [Int]
        /// How the out is declared and read.
        var shape: Shape
        /// Of its parents it passes on one bit, so that most changes end here.
        var narrows: Bool
        /// Reads a file that no stage makes.
        var source: Int?
        var value = 0
        var fails = false
    }

    enum Shape { case file, folder, fileOfFolder }

    var nodes: [Node]
    var sources: [Int]

    init(_ random: inout SeededRandom, most: Int) {
        let count = random.once(in: 4) ? random.number(2...most) : random.number(2...most / 4)
        sources = (0..<3).map { _ in random.number(0...2) }
        nodes = (0..<count).map { stage in
            let wanted = stage == 0 ? 0 : random.number(0...3)
            // Mostly near, so that there are long ways; sometimes far.
            let parents = Set(
                (0..<wanted).map { _ in
                    random.once(in: 3)
                        ? random.number(0...stage - 1)
                        : max(0, stage - random.number(1...3))
                })
            let shapes: [Shape] = [.file, .folder, .fileOfFolder]
            return Node(
                parents: parents.sorted(), shape: shapes[random.number(0...2)],
                narrows: random.once(in: 4), source: random.once(in: 3) ? random.number(0...2) : nil
            )
        }
    }

    // MARK: - The oracle

    /// The text of every stage's out; nil where a stage fails or reads from one that does.
    func texts() -> [String?] {
        var known: [Int: String?] = [:]
        func text(_ stage: Int) -> String? {
            if let text = known[stage] { return text }
            let node = nodes[stage]
            let read = node.parents.map(text)
            var result: String?
            if !node.fails, read.allSatisfy({ $0 != nil }) {
                result = made(stage, from: read.compactMap { $0 })
            }
            known[stage] = .some(result)
            return result
        }
        return nodes.indices.map(text)
    }

    private func made(_ stage: Int, from read: [String]) -> String {
        let inputs = read + (nodes[stage].source.map { ["source \(sources[$0])"] } ?? [])
        return CellStage.text(
            stage: "s\(stage)", value: nodes[stage].value, narrows: nodes[stage].narrows,
            inputs: inputs)
    }

    // MARK: - The same for the engine

    var pipeline: Pipeline {
        let place = TestProject.place
        return Pipeline(
            stages: nodes.enumerated().map { index, node in
                let deps = node.parents.map(path) + (node.source.map { ["data/\($0)"] } ?? [])
                return Stage(
                    name: "s\(index)", action: .module("cell"),
                    deps: deps.map { Dep(path: $0, location: place) },
                    params: [ParamDep(file: "params.yaml", keys: ["s\(index)"], location: place)],
                    outs: [
                        Out(
                            path: out(index), kind: .artifact, cache: true, persist: false,
                            volatile: false, location: place)
                    ], location: place)
            })
    }

    var params: String {
        nodes.enumerated().map { index, node in
            "s\(index): {value: \(node.value), narrows: \(node.narrows), fails: \(node.fails), "
                + "folder: \(node.shape == .fileOfFolder)}\n"
        }.joined()
    }

    /// What a stage declares to make.
    func out(_ stage: Int) -> String { "made/\(stage)/out" }

    /// Everything that a stage is made from: stages with equal inputs make the same.
    func inputs(of stage: Int, texts: [String?]) -> [String] {
        let node = nodes[stage]
        return ["s\(stage)", "\(node.value) \(node.narrows) \(node.fails)"]
            + node.parents.map { "\(path($0)) \(texts[$0] ?? "nothing")" }
            + (node.source.map { ["data/\($0) \(sources[$0])"] } ?? [])
    }

    /// What others read of it: the folder around it, the file, or a file of the folder that it is.
    private func path(_ stage: Int) -> String {
        switch nodes[stage].shape {
        case .file: out(stage)
        case .folder: "made/\(stage)"
        case .fileOfFolder: out(stage) + "/part"
        }
    }

    /// The file that holds a stage's text.
    func file(_ stage: Int) -> String {
        nodes[stage].shape == .fileOfFolder ? out(stage) + "/part" : out(stage)
    }
}

/// A stage that joins what it reads, in whatever file system the test works in.
struct CellStage: StageModule {
    struct Options: Decodable {
        var value: Int
        var narrows: Bool
        var fails: Bool
        var folder: Bool
    }
    struct Failed: Error {}

    /// Where a test's stages work, and which ones were executed there.
    final class World: Sendable {
        let files = MemoryFileSystem()
        private let executed = Mutex<[String]>([])

        func note(_ stage: String) { executed.withLock { $0.append(stage) } }

        /// The stages executed since the last call, in the order of their start.
        func takeExecuted() -> [String] {
            executed.withLock { list in
                defer { list = [] }
                return list
            }
        }
    }

    @TaskLocal static var world: World?

    static let name = "cell"
    static let summary = "joins its deps"
    static let codeDigest = "cell-1"

    func run(_ context: StageContext) async throws {
        guard let world = CellStage.world else { throw Failed() }
        world.note(context.stage)
        context.progress(0.5, "half")
        let options = try context.parameters(Options.self, at: context.stage)
        if options.fails { throw Failed() }
        let files = world.files
        let inputs = try context.depPaths.map { path -> String in
            let absolute = try context.dep(at: path)
            let candidates = [absolute, absolute + "/out", absolute + "/out/part"]
            return candidates.compactMap(files.text).first ?? "nothing"
        }
        let text = CellStage.text(
            stage: context.stage, value: options.value, narrows: options.narrows,
            inputs: inputs)
        let out = try context.out(named: "out")
        try files.write(text, to: options.folder ? out + "/part" : out)
    }

    /// What a stage makes of what it reads, in any order.
    static func text(stage: String, value: Int, narrows: Bool, inputs: [String]) -> String {
        let read = inputs.sorted().joined(separator: ",")
        if narrows { return "\(stage) \(value) \(read.utf8.reduce(0) { ($0 &+ Int($1)) } % 2)" }
        // Long ways would make long texts.
        return read.utf8.count < 80
            ? "\(stage) \(value) (\(read))"
            : "\(stage) \(value) \(read.utf8.reduce(5381) { ($0 &* 33) &+ Int($1) })"
    }
}
