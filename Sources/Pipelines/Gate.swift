/// A demand on what a pipeline made: an entry of the top-level `gates`.
public struct Gate: Sendable, Equatable {
    /// What is looked at, and what it has to be.
    public enum Demand: Sendable, Equatable {
        case number(NumberBound)
        case accuracy(AccuracyBound)
        case regression(RegressionBound)
        case size(SizeBound)
        case command(Check)
    }

    /// The ends of a range, both included; at least one is given.
    public struct Bounds: Sendable, Equatable {
        /// The smallest value that passes.
        public var min: Double?
        /// The largest value that passes.
        public var max: Double?

        /// Creates a range.
        public init(min: Double? = nil, max: Double? = nil) {
            self.min = min
            self.max = max
        }

        /// Whether `value` lies in the range; what is no number lies in none.
        public func hold(_ value: Double) -> Bool {
            guard !value.isNaN else { return false }
            return value >= min ?? -.infinity && value <= max ?? .infinity
        }
    }

    /// A number of a metrics file.
    public struct Number: Sendable, Equatable {
        /// The metrics file, relative to the project's root.
        public var file: String
        /// Dotted path inside the file.
        public var key: String

        /// Names a number.
        public init(file: String, key: String) {
            self.file = file
            self.key = key
        }
    }

    /// A range for a number, or for a ratio of two.
    public struct NumberBound: Sendable, Equatable {
        /// The number that is judged.
        public var number: Number
        /// What it is divided by first.
        public var over: Number?
        /// The revision whose value of the same number it is divided by first.
        public var against: String?
        /// Where it has to lie.
        public var bounds: Bounds

        /// Creates a demand.
        public init(
            number: Number, over: Number? = nil, against: String? = nil, bounds: Bounds
        ) {
            self.number = number
            self.over = over
            self.against = against
            self.bounds = bounds
        }
    }

    /// The smallest accuracy, proven from stored predictions.
    public struct AccuracyBound: Sendable, Equatable {
        /// The file of predictions, relative to the project's root.
        public var predictions: String
        /// The share of right answers that the model has to exceed.
        public var min: Double
        /// The chance to pass a model that only just does not.
        public var alpha: Double
        /// The chance to decide, which the number of rows needed is for.
        public var power: Double

        /// Creates a demand.
        public init(predictions: String, min: Double, alpha: Double, power: Double) {
            self.predictions = predictions
            self.min = min
            self.alpha = alpha
            self.power = power
        }
    }

    /// The largest loss against other predictions of the same rows.
    public struct RegressionBound: Sendable, Equatable {
        /// The file of predictions, relative to the project's root.
        public var predictions: String
        /// The file to compare with; the same one unless given.
        public var reference: String?
        /// The revision that the other predictions are of; the working folder unless given.
        public var against: String?
        /// The loss of accuracy that is acceptable, as a share.
        public var margin: Double
        /// The chance to pass a model that loses that much.
        public var alpha: Double
        /// The chance to decide, which the number of rows needed is for.
        public var power: Double

        /// Creates a demand.
        public init(
            predictions: String, reference: String? = nil, against: String? = nil, margin: Double,
            alpha: Double, power: Double
        ) {
            self.predictions = predictions
            self.reference = reference
            self.against = against
            self.margin = margin
            self.alpha = alpha
            self.power = power
        }
    }

    /// How large a file, or all files of a folder together, may be.
    public struct SizeBound: Sendable, Equatable {
        /// Relative to the project's root.
        public var path: String
        /// Bytes.
        public var bounds: Bounds

        /// Creates a demand.
        public init(path: String, bounds: Bounds) {
            self.path = path
            self.bounds = bounds
        }
    }

    /// A command that has to end with status 0.
    public struct Check: Sendable, Equatable {
        /// A line for the shell.
        public var command: String
        /// The folder that it runs in, relative to the project's root.
        public var folder: String
        /// How long it may take.
        public var timeout: Duration

        /// Creates a demand.
        public init(command: String, folder: String, timeout: Duration) {
            self.command = command
            self.folder = folder
            self.timeout = timeout
        }
    }

    /// Its key under `gates`; of a file below the root with that file in front: `a/pipeline.yml:size`.
    public var name: String
    /// What is demanded.
    public var demand: Demand
    /// False where it is reported and changes no exit status.
    public var isRequired: Bool
    /// The text of `desc`.
    public var description: String?
    /// Where its name stands.
    public var location: SourceLocation
    /// Where the values of its keys stand.
    public var places: [String: SourceLocation]

    /// Creates a gate.
    public init(
        name: String, demand: Demand, isRequired: Bool = true, description: String? = nil,
        location: SourceLocation, places: [String: SourceLocation] = [:]
    ) {
        self.name = name
        self.demand = demand
        self.isRequired = isRequired
        self.description = description
        self.location = location
        self.places = places
    }

    /// The revision that it compares with; nil where it compares with none.
    public var revision: String? {
        switch demand {
        case .number(let bound): bound.against
        case .regression(let bound): bound.against
        case .accuracy, .size, .command: nil
        }
    }
}

extension Pipeline {
    /// Reports something that is wrong with the gate at `place` only where and when it is judged, such
    /// as a revision that this clone lacks, with the line of the pipeline file.
    public func diagnostic(
        at place: SourceLocation, _ message: String, facts: [Diagnostic.Fact] = [],
        hint: String? = nil
    ) -> Diagnostic {
        let line = texts[place.file].flatMap {
            SourceText($0, file: place.file).excerpt(line: place.line, column: place.column)
        }
        return Diagnostic(at: .at(place), message, sourceLine: line, facts: facts, hint: hint)
    }
}
