/// How a file of values is drawn: the options of `plots`.
public struct PlotOptions: Sendable, Equatable {
    /// Columns of one file.
    public struct Series: Sendable, Equatable {
        /// The file relative to the root; nil for the file that the options belong to.
        public var file: String?
        /// Names of columns.
        public var columns: [String]

        /// Creates a series.
        public init(file: String? = nil, columns: [String]) {
            self.file = file
            self.columns = columns
        }
    }

    /// What is drawn to the right; none for the position in the file.
    public var x: [Series]
    /// What is drawn upwards; none for the last column.
    public var y: [Series]
    /// The title above the plot.
    public var title: String?
    /// The name of a template, such as `linear` or `confusion`, or a file that holds one.
    public var template: String?
    /// What is written at the axis to the right.
    public var xLabel: String?
    /// What is written at the axis upwards.
    public var yLabel: String?
    /// False: the first line of a table is data already (`header: false`).
    public var header: Bool

    /// Creates options.
    public init(
        x: [Series] = [], y: [Series] = [], title: String? = nil, template: String? = nil,
        xLabel: String? = nil, yLabel: String? = nil, header: Bool = true
    ) {
        self.x = x
        self.y = y
        self.title = title
        self.template = template
        self.xLabel = xLabel
        self.yLabel = yLabel
        self.header = header
    }
}

/// An entry of the top-level `plots`.
public struct Plot: Sendable, Equatable {
    /// The name as written: a free one, or the path of the file that is drawn.
    public var name: String
    /// The file or folder, relative to the root; nil where `x` and `y` name their files.
    public var path: String?
    /// How it is drawn.
    public var options: PlotOptions
    /// Where its name stands.
    public var location: SourceLocation

    /// Creates a plot.
    public init(
        name: String, path: String?, options: PlotOptions = PlotOptions(), location: SourceLocation
    ) {
        self.name = name
        self.path = path
        self.options = options
        self.location = location
    }
}
