"""Departments of staff lists by occupation, to tune on titles in context."""

from __future__ import annotations

DEPARTMENTS = {
    line.partition(":")[0].strip(): tuple(line.partition(":")[2].strip().split(" | "))
    for line in """
11-1: Executive | Executive Office | Administration | Corporate | Leadership | C-Suite
11-2: Marketing | Sales | Commercial | Communications | Business Development
11-3012: Administration | Office Services | General Services
11-3013: Facilities | Facility Management | Buildings
11-3021: IT | Information Technology | Technology | Information Systems | Digital
11-3031: Finance | Accounting | Treasury | Controlling | Corporate Finance
11-3051: Production | Manufacturing | Plant Operations | Plant
11-3061: Procurement | Purchasing | Supply Chain | Sourcing
11-3071: Logistics | Distribution | Warehouse | Supply Chain | Transportation
11-3111: HR | Compensation and Benefits | Total Rewards
11-3121: HR | Human Resources | People | People & Culture | Personnel | Talent
11-3131: Training | Learning and Development | HR
11-9021: Construction | Projects | Field Operations | Site
11-903: School | Education | Administration | Student Affairs
11-9041: Engineering | R&D | Product Development
11-9051: Restaurant | Food and Beverage | F&B | Food Service
11-9081: Hotel | Hotel Operations | Rooms
11-9111: Nursing Administration | Clinical Operations | Hospital Administration | Patient Services
11-9141: Property Management | Real Estate
13-1023: Procurement | Purchasing | Supply Chain | Sourcing
13-1022: Merchandising | Buying | Purchasing
13-1031: Claims | Auto Claims | Insurance Claims
13-1041: Compliance | Risk | Regulatory | Legal & Compliance
13-1051: Estimating | Preconstruction | Bids
13-1071: HR | Human Resources | Talent Acquisition | Recruiting | People Operations | Staffing
13-1081: Logistics | Supply Chain | Supply Chain Planning
13-1082: PMO | Projects | Project Office | Program Management
13-1111: Consulting | Strategy | Advisory | Business Transformation | Operational Excellence
13-1121: Events | Conferences | Catering Sales
13-1131: Development | Advancement | Fundraising
13-1141: HR | Compensation | Benefits | Total Rewards
13-1151: Training | Learning & Development | HR | Organizational Development
13-1161: Marketing | Market Research | Brand | Product Marketing | Digital Marketing | Insights
13-2011: Accounting | Finance | Audit | Internal Audit | Tax | Controlling
13-2031: Budget | Finance | Budget Office
13-2041: Credit | Credit Risk | Lending
13-2051: Finance | FP&A | Investment Banking | Corporate Finance | Treasury | Equity Research
13-2052: Wealth Management | Private Banking | Financial Planning
13-2053: Underwriting | Insurance | Commercial Lines
13-2072: Lending | Mortgage | Loans | Consumer Lending
13-2081: Revenue | Tax Office
13-2082: Tax | Tax Preparation
13-2099.04: Fraud | Financial Crimes | Special Investigations
15-1211: IT | Business Systems | Information Systems | ERP
15-1212: Cybersecurity | Information Security | IT Security | Security Operations
15-1231: IT | Network | Network Support
15-1232: IT | Help Desk | IT Support | Service Desk | Desktop Support
15-1241: Network | IT Infrastructure | Network Engineering
15-1242: Database | IT | Data Management
15-1244: IT | Infrastructure | IT Operations | Systems
15-1251: IT | Development | Programming
15-1252: Engineering | Software | Platform | Product Engineering | Development | R&D | Mobile
15-1253: Quality Assurance | QA | Software Testing | Engineering
15-1254: Web | Web Development | Digital
15-1255: Design | Product Design | User Experience
15-1299.04: Security | Red Team
15-1299.08: IT | Architecture | Cloud
15-1299.09: IT | PMO | Digital
15-1299.92: AI | Machine Learning | Data Science
15-2011: Actuarial | Pricing | Reserving
15-2051: Data Science | Analytics | Data | Business Intelligence | AI
17-1011: Architecture | Design Studio
17-2011: Aerospace | Flight Systems
17-2041: Process Engineering | Chemical Plant
17-2051: Civil | Structural | Public Works | Transportation | Infrastructure
17-2061: Hardware | Hardware Engineering
17-2071: Electrical | Power | Electrical Engineering
17-2072: Electronics | Hardware
17-2112: Industrial Engineering | Quality | Continuous Improvement
17-2112.03: Manufacturing | Manufacturing Engineering | Operations
17-2141: Mechanical | Mechanical Engineering | R&D | Product Development
17-301: Design | Engineering | Drafting | CAD
17-302: Engineering | Electronics Lab | Test
19-1: Research | R&D | Biology | Discovery | Research and Development
19-2: Research | Chemistry | R&D | Environmental
19-3: Research | Policy | Planning | Psychology
19-4: Laboratory | Lab | R&D Lab | Quality Lab
19-5: Safety | EHS | Health and Safety | HSE
21-10: Social Services | Counseling | Case Management | Behavioral Health | Human Services
21-20: Ministry | Church | Spiritual Care | Pastoral Care
23-1011: Legal | Law | Litigation | Corporate Law | Office of General Counsel
23-1023: Court | Judiciary
23-2011: Legal | Litigation | Law
25-1: Faculty | College | University | Academic Affairs
25-2011: Preschool | Early Childhood | Pre-K
25-2012: Kindergarten | Elementary School
25-2021: Elementary | Elementary School | Primary School | Lower School
25-2022: Middle School | Junior High
25-2031: High School | Secondary School | Upper School
25-205: Special Education | Special Ed
25-904: School | Classroom | Elementary School
25-4022: Library | Media Center
27-1024: Creative | Design | Marketing | Graphics
27-2: Production | Studio | Theater | Athletics
27-3031: Communications | Public Affairs | Public Relations
27-3023: Newsroom | News | Editorial
27-3041: Editorial | Content | Publishing
27-3042: Documentation | Technical Publications
27-4: Media | Broadcast | Video Production
29-1051: Pharmacy | Inpatient Pharmacy
29-1071: Medicine | Surgery | Urgent Care
29-1122: Rehab | Occupational Therapy | Therapy Services
29-1123: Rehab | Physical Therapy | Therapy Services | Outpatient Rehab
29-1126: Respiratory | Respiratory Care | Pulmonary
29-1127: Speech Therapy | Rehab
29-1141: Nursing | Patient Care | Med Surg | Emergency Room | Telemetry | Hospital | Ward | Station
29-1141.03: ICU | Intensive Care | Critical Care | CCU
29-1171: Primary Care | Clinic | Urgent Care
29-1216: Internal Medicine | Hospital Medicine
29-1215: Family Medicine | Primary Care
29-2011: Laboratory | Clinical Lab | Microbiology
29-2012: Laboratory | Lab | Clinical Lab
29-2034: Radiology | Imaging | Diagnostic Imaging | X-Ray
29-2042: EMS | Ambulance
29-2043: EMS | Ambulance
29-2052: Pharmacy | Retail Pharmacy
29-2055: Operating Room | OR | Surgery | Surgical Services
29-2061: Nursing | Long-Term Care | Nursing Home
29-2072: Medical Records | HIM | Coding
31-1131: Nursing | Patient Care | Nursing Home | Long-Term Care
31-112: Home Care | Home Health | Residential
31-9091: Dental | Dental Clinic
31-9092: Clinic | Medical Office | Physician Practice | Outpatient
31-9093: Sterile Processing | Central Supply
31-9097: Laboratory | Phlebotomy
33-2: Fire | Fire Department
33-3012: Corrections | Jail | Detention
33-3051: Police | Patrol | Law Enforcement
33-9032: Security | Public Safety | Protective Services
33-9099.02: Loss Prevention | Asset Protection
35-1011: Kitchen | Culinary | F&B
35-1012: Restaurant | Food Service | Quick Service
35-2: Kitchen | Culinary | Food Service | Cafeteria
35-3011: Bar | Lounge | F&B
35-3023: Restaurant | Counter | Fast Food | Quick Service | Deli | Concessions
35-3031: Restaurant | Dining Room | F&B | Banquets
35-9: Restaurant | Dining | Dish Room
37-1011: Housekeeping | Environmental Services
37-2011: Facilities | Custodial | Building Services | Janitorial
37-2012: Housekeeping | Rooms | Rooms Division
37-3011: Grounds | Landscaping | Parks
39-3: Casino | Recreation | Theater | Theme Park
39-5: Salon | Spa
39-6: Guest Services | Bell Desk | Front Office
39-9011: Childcare | Daycare | Nursery
39-9031: Fitness | Gym | Wellness
41-1011: Store | Retail | Retail Operations | Shop
41-1012: Sales | Inside Sales
41-2011: Checkout | Front End | Registers | Store
41-2021: Rental | Rental Counter
41-2031: Store | Retail | Menswear | Apparel | Shop | Floor | Electronics Store | Shoes
41-3021: Insurance | Agency
41-3031: Trading | Brokerage | Securities
41-3091: Sales | Business Development | Commercial | SaaS Sales
41-4011: Sales | Technical Sales
41-4012: Sales | Field Sales | Inside Sales | Wholesale | Territory Sales
41-9022: Real Estate | Residential Sales
43-1011: Administration | Office | Customer Service | Back Office
43-3011: Collections | Accounts Receivable
43-3021: Billing | Accounts Receivable | Invoicing
43-3031: Accounting | Accounts Payable | Accounts Receivable | Bookkeeping | Finance
43-3051: Payroll | HR | HR Services
43-3061: Procurement | Purchasing
43-3071: Branch | Retail Banking | Bank
43-4051: Customer Service | Call Center | Contact Center | Customer Care | Support
43-4061: Human Services | Public Assistance
43-4081: Front Desk | Hotel | Front Office
43-4161: HR | Human Resources | Personnel
43-4171: Reception | Front Desk | Lobby
43-5032: Dispatch | Transportation | Operations
43-5052: Post Office | Delivery
43-5061: Planning | Production Planning | Scheduling
43-5071: Shipping | Receiving | Warehouse | Inventory
43-6011: Executive Office | Administration | CEO Office
43-6012: Legal | Law Office
43-6013: Medical Office | Clinic | Patient Services | Physician Practice
43-6014: Administration | Office | General Administration | Department Office
43-9021: Back Office | Data Entry | Records
43-9041: Claims | Policy Services | Insurance
43-9051: Mailroom | Mail Services
43-9061: Office | Administration
45-: Farm | Field | Orchard | Greenhouse
47-1011: Construction | Field | Job Site
47-2031: Carpentry | Framing | Construction
47-2061: Construction | Site | Field
47-2073: Construction | Earthworks | Heavy Equipment
47-2111: Electrical | Maintenance | Construction
47-2141: Painting | Facilities
47-2152: Plumbing | Mechanical | Facilities
47-4051: Streets | Highway | Public Works
49-1011: Maintenance | Shop | Service
49-2022: Field Services | Telecom
49-3011: Hangar | Line Maintenance | MRO
49-3021: Body Shop | Collision
49-3023: Service | Garage | Auto Service | Shop
49-3031: Fleet | Diesel Shop | Truck Shop
49-9021: HVAC | Facilities | Service
49-9041: Maintenance | Plant Maintenance | Mechanical Maintenance
49-9051: Line Department | Transmission | Distribution
49-9062: Biomedical | Clinical Engineering
49-9071: Maintenance | Facilities | Building Maintenance | Engineering (Hotel)
51-1011: Production | Manufacturing | Assembly | Plant
51-2: Assembly | Assembly Line | Production
51-3011: Bakery
51-3021: Meat | Meat Department
51-30: Food Production | Processing
51-4041: Machine Shop | Machining | Tool Room
51-4121: Welding | Fabrication | Weld Shop
51-511: Press Room | Print Shop
51-60: Laundry | Sewing | Cutting Room
51-70: Wood Shop | Cabinet Shop
51-80: Utilities | Power Plant | Boiler House
51-9061: Quality | Quality Control | QC | Inspection
51-9111: Packaging | Filling | Bottling Line
51-9161: CNC | Machining | Machine Shop
51-9198: Production | Manufacturing | Line 1 | Plant
53-1042: Warehouse | Distribution Center
53-2011: Flight Operations | Flight Deck
53-2031: Cabin Crew | Inflight
53-3032: Fleet | Trucking | Transportation | Linehaul
53-3033: Delivery | Distribution | Last Mile
53-3051: School Transportation | Pupil Transportation
53-3052: Transit | Bus Operations
53-7051: Warehouse | Yard | Logistics
53-7061: Detailing | Car Wash | Fleet
53-7062: Warehouse | Logistics | Dock | Distribution Center
53-7064: Packing | Packaging | Shipping
53-7065: Warehouse | Fulfillment | Stockroom | Grocery | Distribution Center
53-7081: Sanitation | Solid Waste
""".strip().splitlines()
}
"""Beginning of SOC codes -> departments, as staff lists name them."""


def departments_of(soc_code: str) -> tuple[str, ...]:
    """Return the departments by the longest beginning of a SOC code; none if it is not listed."""
    for length in range(len(soc_code), 2, -1):
        if found := DEPARTMENTS.get(soc_code[:length]):
            return found
    return ()
