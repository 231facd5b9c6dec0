import Compression
import Foundation
import Models
public import StageKit
import Tensors

/// Cuts heads, neurons and single weights out of the student, and lets it recover.
public struct Prune: StageModule {
    /// What `run:` names.
    public static let name = "prune"
    /// One line for listings.
    public static let summary = "Cut heads, neurons and single weights; recover by distillation."
    /// Digest of this module and of the package code it uses.
    public static let codeDigest = CodeDigest.value
    /// The files of that code.
    public static let codeFiles = CodeDigest.files

    /// Creates the module.
    public init() {}

    /// Reads deps `prepared`, `teacher` and `student`; writes outs `pruned` and `prune`.
    public func run(_ context: StageContext) async throws {
        let parameters = try context.parameters(PruneParameters.self, at: "prune")
        let seed = try context.parameters(Int.self, at: "seed")
        try parameters.validate()
        let compute = try Compute(
            threads: context.threads, precision: try context.parameters(at: "precision"))
        context.fact("arithmetic", compute.arithmetic)
        let student = try context.dep(named: "student")
        let original = try SparseCheckpoint.load(student)
        let data = try PruneData(context, student: original, folder: student, compute: compute)
        var run = PruneRun(
            context: context, parameters: parameters, seed: UInt64(bitPattern: Int64(seed)),
            data: data, compute: compute,
            original: original)
        let pruned = try run.prune()

        let folder = try context.out(named: "pruned")
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try SparseCheckpoint.save(pruned, to: folder)
        try data.studentTokenizer.write(to: folder)
        run.metrics.set("bytes_before", try modelBytes(student))
        run.metrics.set("bytes", try modelBytes(folder))
        try run.metrics.write(to: try context.out(named: "prune"))
    }

    private func modelBytes(_ folder: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(
            atPath: "\(folder)/model.safetensors")
        return (attributes[.size] as? NSNumber)?.intValue ?? 0
    }
}
