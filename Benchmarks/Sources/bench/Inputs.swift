import Compression
import Datasets
import Foundation
import Models
import Tokenizers

/// What both sides work on, made once from the project's models and data.
struct Inputs {
    let project: String
    /// A folder for what is made; ignored by git.
    let scratch: String
    let python: String
    let peer: String

    /// Why the benchmark cannot start.
    struct Missing: Error, CustomStringConvertible {
        let path: String
        var description: String {
            """
            \(path): no such file
            hint: the benchmark needs the pipeline's models; run 'make repro' first
            """
        }
    }

    /// Makes what is missing or older than the models that it comes from.
    func prepare(progress: (String) -> Void) throws {
        let teacher = "\(project)/models/teacher", pruned = "\(project)/models/pruned"
        let student = "\(project)/models/student"
        let needed = [
            "models/teacher", "models/student", "models/pruned", "package", "data/prepared",
        ]
        for path in needed.map({ "\(project)/\($0)" })
        where !FileManager.default.fileExists(atPath: path) {
            throw Missing(path: path)
        }
        try FileManager.default.createDirectory(
            atPath: scratch, withIntermediateDirectories: true)
        // The number goes up with every change of what is made.
        let stamp =
            try "4\n"
            + [teacher, student, pruned].map { try Self.stamp("\($0)/model.safetensors") }
            .joined(separator: "\n")
        let stampFile = "\(scratch)/made-from"
        if (try? String(contentsOfFile: stampFile, encoding: .utf8)) == stamp { return }
        progress("preparing models and ONNX files (once)")
        let data = try PreparedData(folder: "\(project)/data/prepared")
        try plan(data).write(to: scratch)
        let folder = "\(scratch)/int8"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try QuantizedClassifier.quantize(Checkpoint.load(teacher)).save(to: folder)
        try Checkpoint.save(SparseCheckpoint.load(pruned), to: "\(scratch)/pruned")
        try export(teacher, "teacher")
        try export("\(scratch)/pruned", "pruned")
        try stamp.write(toFile: stampFile, atomically: true, encoding: .utf8)
    }

    /// The peers' versions.
    func versions() throws -> [String: String] {
        try JSONDecoder().decode([String: String].self, from: run(["versions"]))
    }

    private func plan(_ data: PreparedData) throws -> Plan {
        let student = try WordPieceTokenizer(folder: "\(project)/models/student")
        func texts(_ split: PreparedSplit) -> [[Int32]] {
            split.rows.map { student.encode($0.text, maximumLength: data.maximumLength) }
        }
        let train = try data.split(.train)
        return try Plan(
            lengths: train.tokens.map(\.count), studentTrain: texts(train),
            studentTest: texts(data.split(.test)))
    }

    private func export(_ folder: String, _ name: String) throws {
        _ = try run(["export", folder, name, "\(scratch)/onnx"])
    }

    private func run(_ arguments: [String]) throws -> Data {
        let process = Process(), output = Pipe()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [peer] + arguments
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw SideError(
                side: "peer.py \(arguments.first ?? "")",
                reason: "failed\n\(String(decoding: data, as: UTF8.self))")
        }
        return data
    }

    /// Size and time of a file: models are only ever replaced whole.
    private static func stamp(_ path: String) throws -> String {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        let size = (attributes[.size] as? NSNumber)?.intValue ?? 0
        let time = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        return "\(path) \(size) \(time)"
    }
}
