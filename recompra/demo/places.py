"""Where the shop and its customers are: cities with their state, area code (DDD) and weight in the draw."""

from typing import NamedTuple


class City(NamedTuple):
    name: str
    state: str
    area_code: int
    weight: int
    districts: tuple[str, ...]


CITIES = (
    City("Campinas", "SP", 19, 16, ("Centro", "Cambuí", "Taquaral")),
    City("São Paulo", "SP", 11, 24, ("Pinheiros", "Tatuapé", "Vila Mariana", "Santana", "Moema")),
    City("Belo Horizonte", "MG", 31, 11, ("Savassi", "Pampulha", "Funcionários")),
    City("Rio de Janeiro", "RJ", 21, 13, ("Tijuca", "Botafogo", "Barra", "Méier")),
    City("Curitiba", "PR", 41, 8, ("Batel", "Água Verde", "Portão")),
    City("Salvador", "BA", 71, 8, ("Barra", "Pituba", "Itapuã")),
    City("Recife", "PE", 81, 7, ("Boa Viagem", "Casa Forte")),
    City("Porto Alegre", "RS", 51, 7, ("Moinhos", "Cidade Baixa")),
    City("Fortaleza", "CE", 85, 7, ("Aldeota", "Meireles")),
    City("Brasília", "DF", 61, 7, ("Asa Sul", "Asa Norte")),
    City("Goiânia", "GO", 62, 5, ("Setor Bueno", "Setor Oeste")),
    City("Manaus", "AM", 92, 4, ("Adrianópolis", "Centro")),
    City("Belém", "PA", 91, 4, ("Nazaré", "Umarizal")),
    City("Florianópolis", "SC", 48, 4, ("Trindade", "Centro")),
    City("Vitória", "ES", 27, 3, ("Praia do Canto", "Jardim Camburi")),
    City("Ribeirão Preto", "SP", 16, 4, ("Centro", "Jardim Irajá")),
    City("Santos", "SP", 13, 3, ("Gonzaga", "Boqueirão")),
    City("Uberlândia", "MG", 34, 3, ("Centro", "Santa Mônica")),
    City("Juiz de Fora", "MG", 32, 2, ("Centro", "São Mateus")),
    City("Londrina", "PR", 43, 2, ("Centro", "Gleba Palhano")),
    City("Natal", "RN", 84, 3, ("Tirol", "Ponta Negra")),
    City("João Pessoa", "PB", 83, 2, ("Tambaú", "Manaíra")),
    City("Maceió", "AL", 82, 2, ("Ponta Verde", "Farol")),
    City("Aracaju", "SE", 79, 2, ("Jardins", "Centro")),
    City("Teresina", "PI", 86, 2, ("Centro", "Jóquei")),
    City("São Luís", "MA", 98, 2, ("Renascença", "Cohama")),
    City("Cuiabá", "MT", 65, 2, ("Goiabeiras", "Centro")),
    City("Campo Grande", "MS", 67, 2, ("Centro", "Jardim dos Estados")),
)
