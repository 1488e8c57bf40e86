namespace TinyCorpus;

/// <summary>The names of the small world that all texts are about.</summary>
internal static class World
{
    public static readonly string[] Boys =
    [
        "Tom", "Ben", "Max", "Leo", "Sam", "Finn", "Otto", "Hugo", "Noah", "Paul", "Jack", "Emil", "Karl", "Adam", "Luke", "Theo",
        "Oscar", "Jonas", "David", "Felix",
    ];

    public static readonly string[] Girls =
    [
        "Mia", "Lily", "Anna", "Zoe", "Ella", "Nora", "Ruby", "Ida", "Emma", "Luna", "Clara", "Sofia", "Greta", "Maya", "Rosa",
        "Julia", "Alma", "Vera", "Alice", "Lena",
    ];

    public static readonly string[] PetNames =
    [
        "Pip", "Dot", "Bibi", "Momo", "Tiko", "Fern", "Olly", "Penny", "Rufus", "Willow", "Hazel", "Bruno", "Coco", "Milo", "Poppy",
        "Tilly", "Nico", "Kiki", "Basil", "Daisy",
    ];

    public static readonly string[] Animals =
    [
        "fox", "bear", "rabbit", "mouse", "owl", "cat", "dog", "duck", "frog", "hedgehog", "squirrel", "turtle", "horse", "sheep",
        "goat", "hen", "otter", "badger", "deer", "mole",
    ];

    public static readonly string[] Things =
    [
        "ball", "kite", "lamp", "key", "hat", "boat", "drum", "bell", "book", "basket", "blanket", "cup", "shell", "stone", "feather",
        "flute", "map", "ring", "scarf", "spoon",
    ];

    public static readonly string[] Colors = ["red", "blue", "green", "yellow", "white", "black", "golden", "silver", "brown", "pink"];

    /// <summary>Places, with the words before them.</summary>
    public static readonly string[] Places =
    [
        "in the forest", "in the meadow", "in the garden", "by the river", "on the hill", "in the village", "on the beach",
        "on the farm", "by the lake", "in the orchard", "near the old mill", "at the market",
    ];

    public static readonly string[] HidingPlaces =
    [
        "under a bush", "behind the big tree", "beside the well", "in the tall grass", "under the bridge", "behind the barn",
        "on top of a rock", "in an old log", "beneath the bench", "between two stones",
    ];

    public static readonly string[] Foods =
        ["bread", "soup", "honey", "cake", "cheese", "jam", "pie", "porridge", "pancakes", "apples", "berries", "nuts"];

    public static readonly string[] Cities =
    [
        "Oslo", "Paris", "Berlin", "Rome", "Madrid", "Vienna", "Prague", "Lisbon", "Dublin", "Athens", "London", "Helsinki", "Warsaw",
        "Cairo", "Tokyo", "Lima", "Boston", "Delhi", "Quito", "Accra", "Nairobi", "Toronto", "Sydney", "Seoul", "Bergen", "Porto",
        "Turin", "Basel", "Ghent", "Riga",
    ];

    public static readonly string[] Rooms =
        ["kitchen", "bedroom", "bathroom", "hall", "office", "garage", "cellar", "attic", "library", "nursery"];

    public static readonly string[] Days =
        ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    public static readonly string[] Goods =
        ["apples", "pears", "eggs", "books", "pens", "cups", "coins", "stamps", "shells", "cards", "plums", "nuts", "balls", "roses"];

    public static string AnyName(this Random random) =>
        random.Percent(50) ? random.Pick<string>(Boys) : random.Pick<string>(Girls);
}
