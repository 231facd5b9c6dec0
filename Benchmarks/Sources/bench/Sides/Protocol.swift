import Foundation

/// What a side is asked to get ready for: the first line on its standard input, as JSON.
struct Settings: Codable, Sendable {
    /// The work's name.
    var work: String
    var threads = 2
    /// `float32`, `bfloat16` or `auto`.
    var precision = "auto"
    /// Training steps a round.
    var steps = 12
    /// Tokens that every sentence is filled up to; nil leaves the real lengths.
    var length: Int?
    /// The folder with data/ and models/, and the one with what the benchmark prepared of them.
    var project = "", scratch = ""
}

/// What a side answers: once when it is ready, then after every round; one JSON object a line.
struct Answer: Codable, Sendable {
    /// How the side works: arithmetic, kernels, the variant chosen.
    var name: String?
    /// What the reader of the result should know.
    var notes: [String]?
    /// The round's figures.
    var values: [String: Double]?
    /// Why it cannot go on.
    var error: String?
}

/// A side's end of the conversation.
struct Channel {
    /// Reads what to get ready for; nil at the end of the input.
    func settings() throws -> Settings? {
        try readLine().map { try JSONDecoder().decode(Settings.self, from: Data($0.utf8)) }
    }

    /// Says that everything is loaded and warm.
    func ready(_ name: String, notes: [String] = []) throws {
        try send(Answer(name: name, notes: notes))
    }

    /// Waits for the next round; false when there is none.
    func nextRound() -> Bool { readLine() != nil }

    /// Reports a round.
    func report(_ values: [String: Double]) throws { try send(Answer(values: values)) }

    /// Reports that it cannot go on.
    func fail(_ error: any Error) throws { try send(Answer(error: "\(error)")) }

    private func send(_ answer: Answer) throws {
        FileHandle.standardOutput.write(try JSONEncoder().encode(answer) + Data("\n".utf8))
    }
}
