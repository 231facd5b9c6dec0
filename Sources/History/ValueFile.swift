public import ParamValues
import Pipelines

/// A file of named values, metrics or parameters, flattened to dotted keys.
public struct ValueFile: Sendable, Equatable {
    /// One value that is neither a map nor null.
    public struct Entry: Sendable, Equatable {
        /// Dotted path inside the file, such as `models.int8.accuracy`.
        public var key: String
        /// What the file says.
        public var value: ParamValue

        /// Creates an entry.
        public init(key: String, value: ParamValue) {
            self.key = key
            self.value = value
        }
    }

    /// Relative to the project's root.
    public var path: String
    /// The values by key, in file order; nulls and empty maps are left out.
    public var entries: [Entry]
    /// Everything in the file; null if it could not be read.
    public var root: ParamValue
    /// Why it could not be read.
    public var problem: String?
    /// True if it is declared and not there.
    public var isMissing = false

    /// A file that is declared and not there.
    public init(missing path: String) {
        self.path = path
        entries = []
        root = .null
        problem = "no such file"
        isMissing = true
    }

    private init(empty path: String) {
        self.path = path
        entries = []
        root = .null
    }

    /// Reads `text`, the content of the file at `path`; damage becomes `problem`.
    public init(path: String, text: String) {
        self.path = path
        do {
            root = try ParamsFile(text, file: path).root
        } catch {
            root = .null
            problem = "\(error)"
        }
        entries = root.leaves.compactMap { leaf in
            switch leaf.value {
            case .null, .map: nil
            default: Entry(key: leaf.key, value: leaf.value)
            }
        }
    }

    /// Recorded metrics as the files that they are of.
    public static func files(of metrics: [Metric]) -> [ValueFile] {
        var files: [String: ValueFile] = [:]
        for metric in metrics {
            files[metric.file, default: ValueFile(empty: metric.file)].entries.append(
                Entry(key: metric.key, value: .double(metric.value)))
        }
        return files.keys.sorted().compactMap { files[$0] }
    }
}
