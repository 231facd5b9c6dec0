import Foundation

/// What a model said of every row: lines of JSON with `id`, `label` and `predicted`.
public struct PredictionFile: Sendable, Equatable {
    /// A row's label and prediction.
    struct Answer: Sendable, Equatable {
        var label: String
        var predicted: String
    }

    /// Relative to the project's root.
    public let path: String
    /// Row → answer; rows without a label are left out.
    let answers: [String: Answer]
    /// Why the file could not be read.
    public let problem: String?

    /// The name of a row.
    enum Identifier: Decodable {
        case number(Int)
        case text(String)

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let number = try? value.decode(Int.self) {
                self = .number(number)
            } else {
                self = .text(try value.decode(String.self))
            }
        }

        /// Differs for `1` and `"1"`.
        var key: String {
            switch self {
            case .number(let number): "\(number)"
            case .text(let text): "\"\(text)"
            }
        }
    }

    /// One line; other keys are not looked at.
    private struct Line: Decodable {
        var id: Identifier
        var label: String?
        var predicted: String
    }

    /// Reads the content of the file at `path`; a line that is none, and an id that comes twice,
    /// become `problem`.
    public init(path: String, bytes: [UInt8]) {
        self.path = path
        var answers: [String: Answer] = [:]
        var problem: String?
        let decoder = JSONDecoder()
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (number, bytes) in lines.enumerated() where !bytes.isEmpty {
            guard let line = try? decoder.decode(Line.self, from: Data(bytes)) else {
                problem = "line \(number + 1) has no 'id', 'label' and 'predicted'"
                break
            }
            guard let label = line.label else { continue }
            let answer = Answer(label: label, predicted: line.predicted)
            guard answers.updateValue(answer, forKey: line.id.key) == nil else {
                problem = "line \(number + 1) has an 'id' that another line has"
                break
            }
        }
        self.answers = problem == nil ? answers : [:]
        self.problem = problem
    }
}

extension ProjectValues {
    /// The files of predictions, `*.jsonl`, below `paths`; below the outs of stages that run the
    /// module `evaluate` where none is given.
    public func predictions(_ paths: [String] = []) throws -> [PredictionFile] {
        let outs = (pipeline?.stages ?? []).filter { $0.action == .module("evaluate") }
            .flatMap { $0.outs.filter { $0.kind == .artifact }.map(\.path) }
        return try (paths.isEmpty ? outs : paths).flatMap { try files.list($0) }
            .filter { $0.hasSuffix(".jsonl") || paths.contains($0) }
            .compactMap { path in
                try files.read(path).map { PredictionFile(path: path, bytes: $0) }
            }
    }
}
