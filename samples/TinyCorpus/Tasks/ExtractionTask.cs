using System.Text.Json;

namespace TinyCorpus.Tasks;

/// <summary>Some of what a sentence says, as a JSON object with the keys that are asked for.</summary>
internal sealed class ExtractionTask : TinyTask
{
    public override string Name => "extract";

    public override string Description => "JSON from a sentence";

    public override Verdict Check(Exercise exercise, string completion)
    {
        var (found, expected) = (JsonForm.Parse(completion), JsonForm.Parse(exercise.Answer)!);
        var wellFormed = found is not null && found.Count == expected.Count && expected.All(member =>
            found.TryGetValue(member.Key, out var value) && value.ValueKind == member.Value.ValueKind);
        return new(wellFormed, wellFormed && expected.All(member => JsonElement.DeepEquals(member.Value, found![member.Key])));
    }

    protected override Exercise Create(Random random)
    {
        var (text, members) = random.Next(4) switch { 0 => Person(random), 1 => Order(random), 2 => Meeting(random), _ => Animal(random) };
        var asked = random.PickSome<(string Key, object Value)>(random.Next(2, members.Length + 1), members);
        var keys = asked.Select(member => member.Key).ToArray().AndList();
        var question = random.Pick(
            $"Extract {keys} as JSON: {text}", $"Give me {keys} as JSON. {text}", $"Read {keys} from this text, as JSON: {text}");
        var answer = JsonForm.Object(asked);
        return new($"extract {keys} {text}", question, answer, answer);
    }

    private static (string Text, (string Key, object Value)[] Members) Person(Random random)
    {
        var (name, age, city) = (random.AnyName(), random.Next(5, 99), random.Pick<string>(World.Cities));
        return (random.Pick(
            $"{name} is {age} years old and lives in {city}.",
            $"My friend {name} from {city} is {age}.",
            $"In {city} lives {name}, who is {age} years old."),
            [("name", name), ("age", age), ("city", city)]);
    }

    private static (string Text, (string Key, object Value)[] Members) Order(Random random)
    {
        var (name, count, item) = (random.AnyName(), random.Next(2, 60), random.Pick<string>(World.Goods));
        var price = random.Next(2, 99);
        return (random.Pick(
            $"{name} orders {count} {item} for {price} dollars.",
            $"For {price} dollars {name} bought {count} {item}.",
            $"We sent {count} {item} to {name}. They cost {price} dollars."),
            [("name", name), ("item", item), ("count", count), ("price", price)]);
    }

    private static (string Text, (string Key, object Value)[] Members) Meeting(Random random)
    {
        var (name, day, hour) = (random.AnyName(), random.Pick<string>(World.Days), random.Next(7, 22));
        var city = random.Pick<string>(World.Cities);
        return (random.Pick(
            $"Meet {name} on {day} at {hour} in {city}.",
            $"On {day} {name} comes to {city} at {hour}.",
            $"{name} will be in {city} on {day}, at {hour}."),
            [("name", name), ("day", day), ("hour", hour), ("city", city)]);
    }

    private static (string Text, (string Key, object Value)[] Members) Animal(Random random)
    {
        var (name, kind, color) = (random.Pick<string>(World.PetNames), random.Pick<string>(World.Animals), random.Pick<string>(World.Colors));
        var tame = random.Percent(50);
        return (random.Pick(
            $"{name} is a {color} {kind}, and it is {(tame ? "tame" : "wild")}.",
            $"The {(tame ? "tame" : "wild")} {kind} called {name} is {color}."),
            [("name", name), ("kind", kind), ("color", color), ("tame", tame)]);
    }
}
