extension EntityTemplates {
    static let english = #"""
        Hi {given}, thanks for getting back to me so quickly. I will talk to {person} and let you know by {weekday}.
        Dear {title} {family},\n\nplease find attached the invoice {id} for {month}.\n\nKind regards,\n{person}\n{org}
        Dear {person},\n\nwe received your application on {date}. {title} {family} from our {place} office will call you.
        Hello, my name is {person} and I live in {place}. I would like to change my delivery address to {address}.
        my name is {person} and i need help with my account
        Can you tell me whether {person} has already paid? Her number is {phone}.
        {person} moved from {place} to {place} in {year}.
        Please ship the order to {address} and send the bill to {address}.
        Name: {person}\nAddress: {address}\nPhone: {phone}\nE-mail: {email}
        Patient: {person}\nDate of birth: {date}\nAttending: Dr. {family}\nHospital: {org}
        Customer: {person}; Company: {org}; City: {place}; Order: {id}
        First name: {given}\nLast name: {family}\nStreet: {street}\nZIP: {zip}\nCity: {place}\nCountry: {country}
        Full name: {person}. Employer: {org}. Place of birth: {place}.
        The patient, {title} {family}, is a {number} year old {job} who was admitted to {org} with chest pain.
        {title} {family} was seen in the clinic on {date} by Dr. {person}. He lives alone in {place}.
        {org} announced on {weekday} that it will buy {org} for {money}.
        Shares of {org} fell {number} percent after {person}, the chief executive, resigned.
        This agreement is made between {org}, {address}, and {person}, residing at {address}.
        THIS LEASE is entered into by {person} ("Tenant") and {org} ("Landlord").
        In the case of {family} v. {org}, the court in {place} ruled on {date} that the contract was void.
        The meeting with {person} and {person} is on {weekday} at {time}.
        Attendees: {person}, {person}, {person} and {given}.
        I work for {org} in {place} as a {job}.
        i work at {org} in {place}
        Is {given} coming to the party on {weekday}? {given} said she would bring {thing}.
        Could you ask {given} to send me the report? Thanks, {given}
        What is the weather like in {place} in {month}?
        book a flight from {place} to {place} for {weekday}
        How far is it from {place} to {place} by train?
        We visited {place}, {place} and {place} last summer and loved it.
        Our office is at {address}. The nearest station is ten minutes away.
        I was at {street} yesterday and saw an accident near number {number}.
        The accident happened on {street} in {place} at about {time}.
        She was born in {place}, {country}, and studied at {university}.
        {person} graduated from {university} in {year} and joined {org} as a {job}.
        From: {person} <{email}>\nTo: {person} <{email}>\nSubject: Meeting in {place}
        On {date}, {person} wrote:\n> I think {given} should look at this first.
        {date} {time} [INFO] user {given} logged in from {place}
        Ticket #{id}: {person} reports that the printer at {org} does not work.
        @{given} can you review this? cc {given}
        {given}: are you there?\n{given}: yes, give me a minute\n{given}: ok
        {person}: Good morning, how can I help you?\nCustomer: I want to cancel my order.
        Signed,\n\n{person}\n{job}, {org}\n{address}
        Regards,\n{given}
        Best,\n{person}
        Sincerely,\n{person}\n{jobtitle}\n{org}
        The invoice was issued by {org}, {address}, VAT {id}.
        Bill to:\n{person}\n{address}
        Ship to:\n{org}\nAttn: {person}\n{address}
        Emergency contact: {person} ({phone})
        Beneficiary: {person}, IBAN {id}, Bank: {org}
        Please transfer {money} to {person} at {org}.
        According to {person} of {org}, the new plant in {place} will open in {year}.
        Mr. {family} and Mrs. {family} have lived at {address} since {year}.
        Ms {family}, who founded {org}, was born in {place}.
        I met {given} {family} at a conference in {place}.
        Professor {family} teaches at {university}.
        Dr. {person} of {org} said the results were promising.
        {given}'s brother {given} lives in {place}.
        {person}'s account was closed. {family}'s lawyer did not answer.
        {org}'s new product was presented in {place}.
        President {family} met Chancellor {family} in {place} on {weekday}.
        The {place} police arrested {person}, {number}, on {weekday}.
        {place} is the largest city in {country}.
        Flights to {place} are cancelled. Travellers from {country} need a visa.
        He has a branch in {place} and a warehouse in {place}.
        I'm {given}. I'm from {place}. I'm {number} years old.
        i'm {given} from {place}
        this is {given} from {org}, could you call me back at {phone}
        Hey {given}! Long time no see. How is {given} doing?
        Write a poem about my wife {given} who loves {thing}.
        Write a letter of recommendation for {person}, who worked as a {job} at {org}.
        Translate this into {language}: "{given} lives in {place}."
        Summarise the following mail from {person}: the shipment to {place} is late.
        Employee {person} (ID {id}) was promoted to {jobtitle} by {org}.
        ,{person},{email},{phone},{place}
        {id},{given},{family},{date},{org},{place}
        {family};{given};{address};{phone}
        "{person}","{address}","{place}","{country}"
        | {person} | {org} | {place} | {money} |
        - {person} ({org})\n- {person} ({org})
        1. {person}\n2. {person}\n3. {person}
        {"name": "{person}", "company": "{org}", "city": "{place}"}
        {"first_name": "{given}", "last_name": "{family}", "address": "{address}"}
        <name>{person}</name><city>{place}</city>
        author: {person} <{email}>
        Copyright (c) {year} {person}
        Copyright {year} {org}. All rights reserved.
        Signed-off-by: {person} <{email}>
        Reviewed-by: {person}
        The tenant at {address} has not paid the rent for {month}.
        Meet me at {address} at {time}.
        My address is {address}.
        my new address is {address}
        I live at {address}, please send the parcel there.
        Where is {org} located? I think it is on {street}.
        Delivery to {address} failed, the recipient {person} was absent.
        {org} has offices in {place}, {place} and {place}.
        She left {org} to join {org}.
        A spokesman for {org} declined to comment.
        You can pay with {org} or at any {org} branch.
        My doctor at {org} is {title} {family}.
        The contract with {org} ends on {date}.
        {org} hired {person} as {jobtitle}.
        Next of kin: {person}, {address}
        Referred by Dr {family}, {org}, {place}.
        Witness statement of {person}: I was at home in {place} on the night of {date}.
        The defendant {person} was represented by {org}.
        Passenger {person}, seat {number}A, flight {id} to {place}.
        I bought it from {person} in {place} for {money}.
        Do you know {person}? He used to work for {org}.
        was {given} at work today or is she still in {place}?
        Kindly forward this to {person} in the {place} branch.
        {place}, {date}
        Sent from {place} by {person}
        the quarterly report was prepared by {person} and {person}
        Who is {person}?
        When was {person} born?
        Give me the phone number of {org} in {place}.
        Has {org} replied to our offer of {money}?
        We regret to inform you that {person} passed away on {date} in {place}.
        The restaurant at {address} serves {thing} and {thing}.
        Contact {given} or {given} if you have questions.
        Thank you, {given}.
        Thanks {given}!
        Welcome back, {given}!
        Congratulations to {person} and {person} on their wedding in {place}!
        {person} lives at {address} and works for {org}.
        Residents of {place} and {place} protested against {org}.
        He travelled through {country}, {country} and {country}.
        The {nationality} ambassador met {person} in {place}.
        """#

    static let englishNegatives = #"""
        Please ignore the previous message. The Report is due on {weekday}.
        The quick start guide explains how to install the package and run the first test.
        Monday, Tuesday and Wednesday are busy; let's talk on Thursday after the Christmas break.
        How do I write a function in Python that sorts a list of integers?
        JavaScript, TypeScript and Rust are programming languages. Docker runs containers on Linux.
        import React from 'react';\nexport default function App() { return <Header />; }
        class UserAccount { private String firstName; public void setName(String name) { this.firstName = name; } }
        Error: Connection refused. Retry in {number} seconds.
        [WARN] {date} {time} Cache miss for key SESSION_TOKEN
        Terms and Conditions\nPrivacy Policy\nCookie Settings
        Top Ten Tips for Better Sleep and a Healthy Morning Routine
        How To Build A Better Budget In Five Easy Steps
        WARNING: DO NOT OPEN THE DEVICE. CALL A SERVICE TECHNICIAN.
        THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG
        IMPORTANT NOTICE: Your Password Will Expire Soon
        I would like to order {thing}, {thing} and {thing}, please.
        {Thing} goes well with {thing}. Try it with fresh bread.
        The {nationality} kitchen is known for {thing}.
        She speaks {language}, {language} and a little {language}.
        The {job} and the {job} discussed the plan for {month}.
        We are looking for a {jobtitle} with five years of experience.
        Job title: {jobtitle}
        The order {id} was sent on {date} and costs {money}.
        Call {phone} or write to {email}.
        Version {number}.{number} was released in {month} {year}.
        Chapter {number}: The End of the Beginning
        Dear Customer,\n\nyour parcel is on its way.\n\nYour Service Team
        Dear Sir or Madam,\n\nI am writing to complain about my order.
        Hello there! How are you today? I hope you have a Great day.
        What is the capital of this country and how many people live there?
        The Manager must sign the Agreement before the Effective Date.
        The Parties agree that the Supplier shall deliver the Goods to the Buyer.
        "Confidential Information" means any information disclosed by the Disclosing Party.
        My Android phone does not connect to the Bluetooth speaker over Wi-Fi.
        Open the Settings menu, choose Network and click Advanced Options.
        Use the Save button or press Ctrl+S. Then select File and Print.
        SELECT id, name FROM users WHERE created_at > '{date}' ORDER BY name;
        GET /api/v1/users/{number} HTTP/1.1\nContent-Type: application/json
        The HTTP API returns JSON. The URL must start with HTTPS.
        Blood pressure {number}/{number}, pulse {number}, temperature {number}. No fever. Continue Metformin and Aspirin.
        Diagnosis: Type 2 Diabetes Mellitus, Hypertension, Chronic Kidney Disease.
        The MRI showed no acute findings. Follow up with Cardiology in two weeks.
        Happy Birthday! Merry Christmas and a Happy New Year to you all.
        Math, Physics and Chemistry are my favourite subjects in School.
        Yes. No. Maybe. Okay. Sure. Great! Thanks!
        You are a helpful assistant. Answer the following questions about History and Science.
        Act as a Senior Software Engineer and review my code.
        Step 1: Mix the flour. Step 2: Add {number} g of sugar. Step 3: Bake.
        The Sun rises in the East. The Moon is far away from the Earth.
        Q{number} {year} revenue rose by {number}%, while costs fell.
        Table {number}. Results of the Second Experiment
        See Figure {number} and Appendix B for details.
        Will you be there? May I come in? Mark the date. Grant me a wish. Bill the customer. Rose petals fell.
        may I ask what the price is in june? the bill was high and I will mark it.
        Black Friday, Cyber Monday and Thanksgiving are the busiest days.
        I need a loan for my car. What documents do I need to bring to the bank?
        The hospital and the university are next to the station; the street is closed.
        turn left at the second street and drive {number} miles down the road
        Room {number}, Floor {number}, Building C
        we live in a small house on a quiet street near the park
        A customer asked the manager to call the company about the invoice.
        Product: Wireless Mouse Pro {number}, Color: Black, Size: Large
        Model XR-{number} has {number} GB of memory and a Full HD display.
        Status: Open\nPriority: High\nAssignee: none\nLabels: Bug, Frontend
        README.md\nLICENSE\nMakefile\nsrc/main.swift
        let UserName = getUserName(); if (!UserName) throw new TypeError("Name missing");
        Objective: Develop a Marketing Strategy for the Next Quarter.
        # Getting Started\n## Requirements\n- Node {number}\n- Git
        Breaking News: Parliament Votes On New Climate Law
        The Internet was slow this Morning. The Router needs a Restart.
        God bless you. Oh my God, what a Day!
        Mom and Dad called. Grandma is fine. My Boss is on holiday.
        Easter is in April this year; Ramadan begins in March.
        The Bible, the Quran and the Torah are holy books.
        What does "Lorem ipsum" mean? Is it Latin?
        The Doctor said the Nurse will see you soon.
        Best Regards,\nThe Support Team
        I like Jazz, Rock and Hip Hop. My favourite colour is Blue.
        """#
}
