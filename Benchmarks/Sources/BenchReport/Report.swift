public import Foundation

/// A whole run: the machine, the peers, the rows.
public struct Report: Sendable, Equatable, Codable {
    /// The machine that it ran on.
    public struct Machine: Sendable, Equatable, Codable {
        /// The processor's name.
        public let processor: String
        /// Processors that the system offers.
        public let cores: Int
        /// Gigabytes of memory.
        public let memory: Double
        /// The instruction sets that kernels could use, best last.
        public let instructions: [String]
        /// Whether matrix tiles are to be had.
        public let hasTiles: Bool
        /// The operating system's kernel.
        public let system: String

        /// Creates a description.
        public init(
            processor: String, cores: Int, memory: Double, instructions: [String], hasTiles: Bool,
            system: String
        ) {
            self.processor = processor
            self.cores = cores
            self.memory = memory
            self.instructions = instructions
            self.hasTiles = hasTiles
            self.system = system
        }

        /// One line.
        public var text: String {
            """
            \(processor), \(cores) cores, \(Figure(memory, digits: 1)) GB, \
            \(instructions.joined(separator: " ")), AMX: \(hasTiles ? "yes" : "no"), \(system)
            """
        }
    }

    /// Date in UTC, `yyyy-mm-dd`.
    public let date: String
    /// The commit that was measured, and whether files differed from it.
    public let commit: String
    /// Counted rounds of each work, unless a row says otherwise.
    public let rounds: Int
    /// The machine.
    public let machine: Machine
    /// Name of each peer → its version.
    public let peers: [String: String]
    /// The rows, in the order measured.
    public let rows: [Row]

    /// Creates a report.
    public init(
        date: String, commit: String, rounds: Int, machine: Machine, peers: [String: String],
        rows: [Row]
    ) {
        self.date = date
        self.commit = commit
        self.rounds = rounds
        self.machine = machine
        self.peers = peers
        self.rows = rows
    }

    /// Reads what `json` wrote; throws `DecodingError`.
    public init(json: Data) throws {
        self = try JSONDecoder().decode(Report.self, from: json)
    }

    /// Canonical JSON, with a newline at the end.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }

    /// The peers with their versions, by name.
    public var peersText: String {
        peers.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    /// The file that this run is kept under: date and processor, in letters that fit a file name.
    public var fileName: String {
        let words = machine.processor.lowercased().split { !$0.isLetter && !$0.isNumber }
            .filter { !["r", "tm", "cpu", "processor"].contains($0) }
        return ([date] + words.map(String.init)).joined(separator: "-") + ".json"
    }
}
