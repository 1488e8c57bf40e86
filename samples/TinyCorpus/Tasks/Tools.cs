namespace TinyCorpus.Tasks;

/// <summary>A dozen small tools, and requests for them.</summary>
internal static class Tools
{
    private static readonly Tool Weather = new("get_weather", "Get the weather of a city", ("city", "string"));
    private static readonly Tool Timer = new("set_timer", "Start a timer", ("minutes", "integer"));
    private static readonly Tool Alarm = new("set_alarm", "Set an alarm", ("hour", "integer"), ("day", "string"));
    private static readonly Tool Message = new("send_message", "Send a message to a person", ("to", "string"), ("text", "string"));
    private static readonly Tool Light = new("set_light", "Turn the light of a room on or off", ("room", "string"), ("on", "boolean"));
    private static readonly Tool Shopping = new("add_to_list", "Add goods to the shopping list", ("item", "string"), ("count", "integer"));
    private static readonly Tool Table = new("book_table", "Book a table in a restaurant", ("people", "integer"), ("day", "string"));
    private static readonly Tool Clock = new("get_time", "Get the local time of a city", ("city", "string"));
    private static readonly Tool Route = new("find_route", "Find the way from a city to another", ("start", "string"), ("end", "string"));
    private static readonly Tool Convert = new("convert_money", "Convert dollars to another currency", ("dollars", "integer"), ("currency", "string"));
    private static readonly Tool Heating = new("set_heating", "Set the temperature of a room", ("room", "string"), ("degrees", "integer"));
    private static readonly Tool Music = new("play_music", "Play music of a kind", ("kind", "string"));

    public static readonly Tool[] All =
        [Weather, Timer, Alarm, Message, Light, Shopping, Table, Clock, Route, Convert, Heating, Music];

    private static readonly string[] Texts =
    [
        "I will be late", "dinner is ready", "call me back", "happy birthday", "see you soon", "the train is late", "I am at home",
        "bring some bread", "the dog is fine", "good night",
    ];

    private static readonly string[] Currencies = ["euros", "pounds", "yen", "francs", "crowns", "pesos"];

    private static readonly string[] Kinds = ["jazz", "rock", "folk", "dance", "piano", "guitar", "sleep", "party"];

    public static ToolCase Draw(Random random)
    {
        var (city, room, day) = (random.Pick<string>(World.Cities), random.Pick<string>(World.Rooms), random.Pick<string>(World.Days));
        switch (random.Next(All.Length))
        {
            case 0:
                var (sky, degrees) = (random.Pick("sunny", "cloudy", "rainy", "windy"), random.Next(2, 35));
                return new(Weather,
                    random.Pick($"What is the weather in {city}?", $"How is the weather in {city} today?", $"Is it raining in {city}?", $"Tell me the weather of {city}."),
                    [city], JsonForm.Object([("sky", sky), ("degrees", degrees)]), $"It is {sky} in {city}, with {degrees} degrees.");
            case 1:
                var minutes = random.Next(2, 90);
                return new(Timer,
                    random.Pick($"Set a timer for {minutes} minutes.", $"Start a timer of {minutes} minutes, please.", $"Tell me when {minutes} minutes are over."),
                    [minutes], Done, $"The timer runs for {minutes} minutes.");
            case 2:
                var hour = random.Next(4, 23);
                return new(Alarm,
                    random.Pick($"Wake me at {hour} on {day}.", $"Set an alarm for {day} at {hour}.", $"I need an alarm on {day}, {hour} o'clock."),
                    [hour, day], Done, $"The alarm is set for {day} at {hour}.");
            case 3:
                var (name, text) = (random.AnyName(), random.Pick<string>(Texts));
                return new(Message,
                    random.Pick($"Tell {name}: {text}", $"Send {name} a message: {text}", $"Write to {name}: {text}"),
                    [name, text], Done, $"I sent your message to {name}.");
            case 4:
                var on = random.Percent(50);
                return new(Light,
                    random.Pick($"Turn {(on ? "on" : "off")} the light in the {room}.", $"Light {(on ? "on" : "off")} in the {room}, please.", $"Switch the {room} light {(on ? "on" : "off")}."),
                    [room, on], Done, $"The light in the {room} is {(on ? "on" : "off")}.");
            case 5:
                var (item, count) = (random.Pick<string>(World.Goods), random.Next(2, 40));
                return new(Shopping,
                    random.Pick($"Add {count} {item} to my list.", $"We need {count} {item}.", $"Put {count} {item} on the shopping list."),
                    [item, count], Done, $"{count} {item} are on your list.");
            case 6:
                var people = random.Next(2, 20);
                return new(Table,
                    random.Pick($"Book a table for {people} people on {day}.", $"We are {people} and want to eat out on {day}.", $"Reserve a table for {people} on {day}."),
                    [people, day], Done, $"The table for {people} is booked for {day}.");
            case 7:
                var time = $"{random.Next(10, 24)}:{random.Next(10, 60)}";
                return new(Clock,
                    random.Pick($"What time is it in {city}?", $"Tell me the time in {city}.", $"How late is it in {city} now?"),
                    [city], JsonForm.Object([("time", time)]), $"In {city} it is {time}.");
            case 8:
                var cities = random.PickSome<string>(2, World.Cities);
                var hours = random.Next(2, 30);
                return new(Route,
                    random.Pick($"How do I get from {cities[0]} to {cities[1]}?", $"Find the way from {cities[0]} to {cities[1]}.", $"I want to go to {cities[1]}. I start in {cities[0]}."),
                    [cities[0], cities[1]], JsonForm.Object([("hours", hours)]), $"From {cities[0]} to {cities[1]} it takes {hours} hours.");
            case 9:
                var (dollars, currency) = (random.Next(5, 999), random.Pick<string>(Currencies));
                var amount = random.Next(5, 999);
                return new(Convert,
                    random.Pick($"How many {currency} are {dollars} dollars?", $"Convert {dollars} dollars to {currency}.", $"What do I get for {dollars} dollars in {currency}?"),
                    [dollars, currency], JsonForm.Object([("amount", amount)]), $"{dollars} dollars are {amount} {currency}.");
            case 10:
                var warmth = random.Next(15, 26);
                return new(Heating,
                    random.Pick($"Heat the {room} to {warmth} degrees.", $"Make it {warmth} degrees in the {room}.", $"Set the {room} to {warmth} degrees."),
                    [room, warmth], Done, $"The {room} will have {warmth} degrees.");
            default:
                var kind = random.Pick<string>(Kinds);
                return new(Music,
                    random.Pick($"Play some {kind} music.", $"I want to hear {kind} music.", $"Put on {kind} music, please."),
                    [kind], Done, $"Here is some {kind} music.");
        }
    }

    private const string Done = "{\"ok\": true}";
}
