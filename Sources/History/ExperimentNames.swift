/// Names that are easy to say and to tell apart, for experiments that nobody has named.
public enum ExperimentNames {
    /// A name of an adjective and an animal that is not in `taken`.
    public static func fresh(
        avoiding taken: Set<String>, using generator: inout some RandomNumberGenerator
    ) -> String {
        for _ in 0..<64 {
            let name = pick(using: &generator)
            if !taken.contains(name) { return name }
        }
        // Nearly all of them are gone.
        let name = pick(using: &generator)
        var number = 2
        while taken.contains("\(name)-\(number)") { number += 1 }
        return "\(name)-\(number)"
    }

    private static func pick(using generator: inout some RandomNumberGenerator) -> String {
        let adjective = adjectives.randomElement(using: &generator) ?? "new"
        let animal = animals.randomElement(using: &generator) ?? "bird"
        return "\(adjective)-\(animal)"
    }

    static let adjectives = """
        agile amber ample apt autumn bold brave breezy brief bright brisk broad bronze bubbly busy calm
        candid cheery clear clever cosy crisp curious daring deft dewy eager early earnest easy elegant
        fair fleet fluent fond frank fresh frosty gentle giddy glad golden grand handy happy hardy
        honest humble icy ideal jolly keen kind lively loyal lucid lucky lunar mellow merry mild misty
        modest neat nimble noble novel olive patient placid plain playful plucky polite proud quick
        quiet rapid ready rosy royal rustic sage sandy sharp shiny silent silver sincere sleek smooth
        snowy solar solid spry steady still sturdy subtle sunny swift tidy tender tranquil trusty
        upbeat vivid warm wary whole wise witty young zesty
        """.split(whereSeparator: \.isWhitespace).map(String.init)

    static let animals = """
        albatross alpaca antelope badger bat beaver bee bison bobcat bunting camel canary caribou cat
        cheetah cicada cod condor coyote crab crane cricket crow deer dingo dolphin dove dragonfly duck
        eagle egret elk falcon ferret finch firefly flamingo fox frog gazelle gecko gibbon goat goose
        grouse gull hare hawk heron herring hornet ibex iguana jackal jay kestrel kiwi koala lark
        lemur leopard linnet lion llama lobster lynx magpie mallard marten meerkat merlin mink mole
        moose moth newt ocelot octopus oriole osprey otter owl panda parrot pelican penguin pheasant
        pigeon pike plover pony puffin puma quail rabbit raven robin salmon seal shrew skylark sloth
        sparrow squid starling stoat stork swallow swan tern thrush tiger toad toucan trout turtle
        viper vole walrus warbler weasel whale wolf wombat woodpecker wren yak zebra
        """.split(whereSeparator: \.isWhitespace).map(String.init)
}
